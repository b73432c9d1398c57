-- A task's live executions.
-- $1 task
SELECT id FROM executions WHERE task_seq = $1 ORDER BY seq
