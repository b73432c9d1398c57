-- A rule's body.
-- ?1 id
SELECT body FROM schedule_rules WHERE id = ?1
