-- What is asked, of executions that an instance has in hand, that nobody has, or that have ended.
-- $1 the instance's id
-- Result: seq, public id (null: ended), reason, if unstarted, whether nobody has it
SELECT c.seq, e.id, c.reason, c.if_unstarted AS "ifUnstarted", e.claimed_by IS NULL AS idle
FROM cancellations c
LEFT JOIN executions e ON e.seq = c.seq
LEFT JOIN instances i ON i.seq = e.claimed_by
WHERE e.seq IS NULL OR e.claimed_by IS NULL OR i.id = $1
