-- The executions of a task that hold a slot, oldest first, and whether they have it until their end.
-- ?1 task
SELECT seq AS holder, overlap = 'in_turn' AS inTurn FROM executions WHERE task_seq = ?1 AND admitted = 1 ORDER BY seq
