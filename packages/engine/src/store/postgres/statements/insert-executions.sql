-- Adds live executions. Refused by executions_once when a due instant has a live row already. Those in state 4 are born
-- in the hands of an instance that starts them; ready instead when it is not registered.
-- $1 id, $2 tenant, $3 task, $4 task version, $5 schedule, $6 trigger, $7 requested by, $8 due, $9 run at, $10 rank,
-- $11 state, $12 priority, $13 created, $14 overlap, $15 task max, $16 keys, $17 job, $18 covers from, $19 covers count,
-- $20 jitter ms, $21 skip after, $22 merge after, $23 the instance's id, or null, $24 when it starts them
-- Result: id and seq of those that it took.
WITH me AS MATERIALIZED (
  SELECT seq FROM instances WHERE id = $23 FOR KEY SHARE
), made AS (
  INSERT INTO executions (id, tenant_id, task_seq, task_version, schedule_id, trigger, requested_by, due_at, run_at, rank,
                          state, priority, created_at, overlap, task_max, keys, job, covers_from, covers_count,
                          jitter_ms, skip_after, merge_after, claimed_by, claim_seq, admitted, started_at)
  SELECT n.id, n.tenant_id, n.task_seq, n.task_version, n.schedule_id, n.trigger, n.requested_by, n.due_at, n.run_at,
         n.rank, CASE WHEN n.state = 4 AND me.seq IS NULL THEN 1 ELSE n.state END, n.priority, n.created_at, n.overlap,
         n.task_max, n.keys, n.job, n.covers_from, n.covers_count, n.jitter_ms, n.skip_after, n.merge_after,
         CASE WHEN n.state = 4 THEN me.seq END,
         (n.state = 4 AND me.seq IS NOT NULL)::integer, (n.state = 4 AND me.seq IS NOT NULL)::integer,
         CASE WHEN n.state = 4 AND me.seq IS NOT NULL THEN $24::bigint END
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::integer[], $5::bigint[], $6::text[], $7::text[], $8::bigint[],
              $9::bigint[], $10::bigint[], $11::smallint[], $12::integer[], $13::bigint[], $14::text[], $15::integer[],
              $16::text[], $17::json[], $18::bigint[], $19::bigint[], $20::bigint[], $21::bigint[], $22::bigint[])
       AS n (id, tenant_id, task_seq, task_version, schedule_id, trigger, requested_by, due_at, run_at, rank, state,
             priority, created_at, overlap, task_max, keys, job, covers_from, covers_count, jitter_ms, skip_after,
             merge_after)
  LEFT JOIN me ON true
  RETURNING id, seq, state
)
SELECT id, seq FROM made WHERE state = 4
