-- The next limit, in alphabetical order, that somebody waits for.
-- ?1 the one before
SELECT blocked_by AS "limit" FROM executions WHERE state = 2 AND blocked_by > ?1 ORDER BY blocked_by LIMIT 1
