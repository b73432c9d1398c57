-- Deletes roll-ups of hours long past; those over a whole life stay.
-- ?1 hour, ?2 most rows
DELETE FROM execution_rollups
WHERE (task_seq, hour) IN (SELECT task_seq, hour FROM execution_rollups WHERE hour > 0 AND hour < ?1 LIMIT ?2)
