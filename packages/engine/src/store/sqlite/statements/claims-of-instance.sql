-- What an instance has in hand.
-- ?1 the instance's id
SELECT e.seq, e.claim_seq AS claimSeq
FROM executions e JOIN instances i ON i.seq = e.claimed_by
WHERE i.id = ?1 AND e.state >= 3
