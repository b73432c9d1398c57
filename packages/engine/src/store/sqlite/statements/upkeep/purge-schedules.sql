-- Deletes the schedules of a purged task.
-- ?1 task
DELETE FROM schedules WHERE task_seq = ?1
