-- A task by its public id, deleted ones included.
-- $1 id
SELECT * FROM tasks WHERE id = $1
