-- Which of some claims are no longer current.
-- $1 seqs, $2 claim seqs
SELECT f.seq
FROM unnest($1::bigint[], $2::integer[]) AS f (seq, claim_seq)
WHERE NOT EXISTS (SELECT 1 FROM executions e WHERE e.seq = f.seq AND e.claim_seq = f.claim_seq AND e.state >= 3)
