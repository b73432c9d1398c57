-- Deletes rules, those used again since excepted.
-- ?1 ids (JSON array)
DELETE FROM schedule_rules
WHERE id IN (SELECT value FROM json_each(?1))
  AND NOT EXISTS (SELECT 1 FROM schedules s WHERE s.rule_id = schedule_rules.id)
