-- $1 seqs of executions that have ended
DELETE FROM cancellations c
WHERE c.seq = ANY($1::bigint[]) AND NOT EXISTS (SELECT 1 FROM executions e WHERE e.seq = c.seq)
