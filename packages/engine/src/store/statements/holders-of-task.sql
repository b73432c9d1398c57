-- Public ids of the executions that hold a task's slots.
-- $1 task
SELECT id FROM executions WHERE task_seq = $1 AND admitted = 1 ORDER BY seq LIMIT 20
