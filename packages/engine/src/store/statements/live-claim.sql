-- Under which claim an attempt is under way, and where.
-- $1 id
SELECT claim_seq AS "claimSeq", placement FROM executions WHERE id = $1 AND state = 4
