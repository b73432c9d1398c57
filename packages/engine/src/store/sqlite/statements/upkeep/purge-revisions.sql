-- Deletes the revisions of a purged task.
-- ?1 task
DELETE FROM task_revisions WHERE task_seq = ?1
