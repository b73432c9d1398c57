-- What an instance has in hand.
-- $1 the instance's id
SELECT seq, claim_seq AS "claimSeq"
FROM executions
WHERE claimed_by = (SELECT seq FROM instances WHERE id = $1) AND claimed_by IS NOT NULL AND state >= 3
