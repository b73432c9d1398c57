-- Makes rows ready whose instant has come near.
-- ?1 before which instant they are to start, ?2 limit
UPDATE executions SET state = 1
WHERE seq IN (SELECT seq FROM executions WHERE state = 0 AND run_at < ?1 ORDER BY run_at LIMIT ?2 + 0)
