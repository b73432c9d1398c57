-- Deletes the counts of days long past.
-- ?1 day, ?2 most rows
DELETE FROM execution_days
WHERE (day, task_seq) IN (SELECT day, task_seq FROM execution_days WHERE day < ?1 LIMIT ?2)
