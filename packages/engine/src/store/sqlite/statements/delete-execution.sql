-- Removes a live row.
-- ?1 seq
DELETE FROM executions WHERE seq = ?1
