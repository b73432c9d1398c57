-- A task by its key.
-- ?1 seq
SELECT * FROM tasks WHERE seq = ?1
