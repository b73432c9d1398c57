-- Drops locked instances that hold nothing.
-- $1 seqs
DELETE FROM instances i
WHERE i.seq = ANY($1::bigint[]) AND NOT EXISTS (SELECT 1 FROM executions e WHERE e.claimed_by = i.seq)
