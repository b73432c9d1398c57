-- Tasks by their keys.
-- $1 seqs
SELECT * FROM tasks WHERE seq = ANY($1::bigint[])
