-- Rules that no schedule uses. The newest stays: its id, once free, would be given to another rule, and whoever
-- remembers rules by id would take one for the other.
-- ?1 most rows
SELECT id FROM schedule_rules r
WHERE NOT EXISTS (SELECT 1 FROM schedules s WHERE s.rule_id = r.id) AND id < (SELECT max(id) FROM schedule_rules)
LIMIT ?1
