-- Moves live rows with their outcomes to the history, those whose fence is current.
-- $1 seq, $2 claim seq, $3 status, $4 failure, $5 reason, $6 started, $7 finished, $8 exit code, $9 error, $10 output,
-- $11 result, $12 CPU ms, $13 peak memory bytes, $14 dropped log bytes,
-- $15 placement (JSON), null where there is nothing new to say of it
-- Result: what was moved, what the release of its slots needs, and what is told of it.
WITH gone AS MATERIALIZED (
  DELETE FROM executions e
  USING unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::integer[],
               $9::text[], $10::text[], $11::text[], $12::float8[], $13::bigint[], $14::bigint[], $15::text[])
        AS f (f_seq, f_claim_seq, f_status, f_failure, f_reason, f_started_at, f_finished_at, f_exit_code, f_error,
              f_output, f_result, f_cpu_ms, f_max_rss_bytes, f_dropped_log_bytes, f_placement)
  WHERE e.seq = f.f_seq AND e.claim_seq = f.f_claim_seq AND e.state >= 3
  RETURNING e.*, f.*
), kept AS (
  INSERT INTO execution_history (id, tenant_id, task_seq, task_version, schedule_id, trigger, requested_by, status,
                                 failure, reason, due_at, created_at, started_at, finished_at, attempt, priority,
                                 claimed_by, exit_code, error, output, result, cpu_ms, max_rss_bytes,
                                 dropped_log_bytes, job, attempts, covers_from, covers_count, jitter_ms, fenced, earlier_ms,
                                 node_id, placement)
  SELECT id, tenant_id, task_seq, task_version, schedule_id, trigger, requested_by, f_status, f_failure, f_reason, due_at,
         created_at, f_started_at, f_finished_at, attempt, priority, claimed_by, f_exit_code, f_error, f_output,
         f_result, f_cpu_ms, f_max_rss_bytes, nullif(f_dropped_log_bytes, 0), job, attempts, covers_from, covers_count,
         jitter_ms, fenced, earlier_ms, node_id, coalesce(f_placement, placement)
  FROM gone
)
SELECT g.seq, g.overlap, g.keys, g.admitted, g.id, g.tenant_id AS "tenantId", g.task_seq AS "taskSeq", g.trigger, g.attempt,
       g.due_at AS "dueAt", g.earlier_ms AS "earlierMs", i.id AS "instanceId"
FROM gone g LEFT JOIN instances i ON i.seq = g.claimed_by
