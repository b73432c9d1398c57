-- Tasks by their public ids, deleted ones included.
-- $1 ids
SELECT * FROM tasks WHERE id = ANY($1::text[])
