-- All rows that wait for a limit and may be replaced, first in line first.
-- ?1 limit
SELECT seq, id, tenant_id AS tenantId, task_seq AS taskSeq, trigger, attempt, due_at AS dueAt, earlier_ms AS earlierMs
FROM executions
WHERE state = 2 AND blocked_by = ?1 AND overlap <> 'in_turn'
ORDER BY rank
