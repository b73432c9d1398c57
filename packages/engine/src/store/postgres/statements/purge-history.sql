-- Deletes the history of a task.
-- $1 task
-- Result: the ids of the rows.
DELETE FROM execution_history WHERE task_seq = $1 RETURNING id
