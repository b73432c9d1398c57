-- A task's executions that have not started.
-- ?1 task, ?2 1: only planned ones still to come, ?3 now
SELECT seq, id, tenant_id AS tenantId, state, overlap, keys, admitted, task_seq AS taskSeq, schedule_id AS scheduleId, trigger,
       attempt, due_at AS dueAt, earlier_ms AS earlierMs
FROM executions
WHERE task_seq = ?1 AND state < 4 AND (?2 = 0 OR (trigger = 'schedule' AND attempt = 1 AND due_at > ?3))
