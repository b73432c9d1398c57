-- Bodies of rules.
-- $1 ids
SELECT id, body FROM schedule_rules WHERE id = ANY($1::bigint[])
