-- The executions of a task that hold a slot and may be replaced, oldest first.
-- ?1 task
SELECT seq FROM executions WHERE task_seq = ?1 AND admitted = 1 AND overlap <> 'in_turn' ORDER BY seq
