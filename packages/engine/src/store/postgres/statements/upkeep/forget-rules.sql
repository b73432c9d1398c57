-- Deletes locked rules, those excepted that came into use before they were locked.
-- $1 ids
-- Result: the ids that went.
DELETE FROM schedule_rules r
WHERE r.id = ANY($1::bigint[]) AND NOT EXISTS (SELECT 1 FROM schedules s WHERE s.rule_id = r.id)
RETURNING id
