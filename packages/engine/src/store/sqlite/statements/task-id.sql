-- The public id of a task.
-- ?1 task
SELECT id FROM tasks WHERE seq = ?1
