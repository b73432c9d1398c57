-- Deletes the roll-ups of a purged task; what it did stays in the roll-ups of all tasks.
-- ?1 task
DELETE FROM execution_rollups WHERE task_seq = ?1
