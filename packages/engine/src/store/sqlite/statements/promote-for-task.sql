-- Makes the first row that waits for its own task ready again.
-- ?1 limit: 'task:SEQ'
UPDATE executions SET state = 1, blocked_by = NULL
WHERE seq = (SELECT seq FROM executions WHERE state = 2 AND blocked_by = ?1 ORDER BY rank LIMIT 1)
