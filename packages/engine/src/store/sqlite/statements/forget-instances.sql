-- Drops instances whose lease ended long ago and that hold nothing.
-- ?1 before which instant their lease ended
DELETE FROM instances
WHERE lease_until < ?1 AND seq NOT IN (SELECT claimed_by FROM executions WHERE state >= 3)
