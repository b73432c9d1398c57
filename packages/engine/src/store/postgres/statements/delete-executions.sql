-- Removes locked live rows.
-- $1 seqs
DELETE FROM executions WHERE seq = ANY($1::bigint[])
