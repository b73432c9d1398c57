-- Ends locked rows that did not run.
-- $1 seqs, $2 reason of each, $3 status of each, $4 finished
WITH ended AS MATERIALIZED (
  SELECT u.seq, u.reason, u.status FROM unnest($1::bigint[], $2::text[], $3::text[]) AS u (seq, reason, status)
), gone AS (
  DELETE FROM executions e USING ended WHERE e.seq = ended.seq RETURNING e.*, ended.reason, ended.status
)
INSERT INTO execution_history (id, tenant_id, task_seq, task_version, schedule_id, trigger, requested_by, status, reason,
                               due_at, created_at, finished_at, attempt, priority, claimed_by, job, attempts,
                               covers_from, covers_count, jitter_ms, fenced, earlier_ms)
SELECT id, tenant_id, task_seq, task_version, schedule_id, trigger, requested_by, status, reason, due_at, created_at, $4,
       attempt, priority, claimed_by, job, attempts, covers_from, covers_count, jitter_ms, fenced, earlier_ms
FROM gone ORDER BY seq
