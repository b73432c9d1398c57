-- The executions of a task that hold a slot, oldest first.
-- ?1 task
SELECT seq FROM executions WHERE task_seq = ?1 AND admitted = 1 ORDER BY seq
