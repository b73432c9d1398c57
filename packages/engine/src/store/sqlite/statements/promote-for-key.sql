-- Makes the first row that waits for a concurrency key ready again, if the key has room.
-- ?1 key
UPDATE executions SET state = 1, blocked_by = NULL
WHERE EXISTS (SELECT 1 FROM concurrency_keys WHERE key = ?1 AND held < max)
  AND seq = (SELECT seq FROM executions WHERE state = 2 AND blocked_by = ?1 ORDER BY rank LIMIT 1)
