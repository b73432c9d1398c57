-- Deletes what is noted of the history that a purged task had.
-- ?1 task
DELETE FROM pruned_history WHERE task_seq = ?1
