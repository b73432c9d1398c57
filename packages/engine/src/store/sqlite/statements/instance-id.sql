-- The id of an instance.
-- ?1 seq
SELECT id FROM instances WHERE seq = ?1
