-- Copies a live row into the history with its outcome; the caller deletes it in the same transaction.
-- ?1 seq, ?2 status, ?3 failure, ?4 reason, ?5 started, ?6 finished, ?7 exit code, ?8 error, ?9 output, ?10 result,
-- ?11 CPU ms, ?12 peak memory bytes, ?13 dropped log bytes
INSERT INTO execution_history (id, tenant_id, task_seq, task_version, schedule_id, trigger, requested_by, status,
                               failure, reason, due_at, created_at, started_at, finished_at, attempt, priority,
                               claimed_by, exit_code, error, output, result, cpu_ms, max_rss_bytes, dropped_log_bytes,
                               job, attempts, covers_from, covers_count, jitter_ms, fenced,
                               earlier_ms, node_id, placement)
SELECT id, tenant_id, task_seq, task_version, schedule_id, trigger, requested_by, ?2, ?3, ?4, due_at, created_at, ?5, ?6,
       attempt, priority, claimed_by, ?7, ?8, ?9, ?10, ?11, ?12, nullif(?13, 0), job, attempts, covers_from, covers_count,
       jitter_ms, fenced, earlier_ms, node_id, placement
FROM executions WHERE seq = ?1
