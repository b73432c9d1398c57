-- Takes over attempts that run on nodes, and raises their fences.
-- $1 seq, $2 claim seq, $3 id of the new instance
-- Result: the new claims.
UPDATE executions e SET claimed_by = (SELECT i.seq FROM instances i WHERE i.id = $3), claim_seq = e.claim_seq + 1
FROM unnest($1::bigint[], $2::integer[]) AS a (seq, claim_seq)
WHERE e.seq = a.seq AND e.claim_seq = a.claim_seq AND e.state = 4 AND e.node_id IS NOT NULL
RETURNING e.seq, e.claim_seq AS "claimSeq"
