-- Rules that no schedule uses, locked: whoever wants one meanwhile waits, and makes it anew.
-- $1 most rows
SELECT r.id FROM schedule_rules r
WHERE NOT EXISTS (SELECT 1 FROM schedules s WHERE s.rule_id = r.id)
ORDER BY r.id LIMIT $1
FOR UPDATE SKIP LOCKED
