-- A task that was deleted before an instant and has no history left; locked.
-- $1 task, $2 instant
SELECT seq FROM tasks
WHERE seq = $1 AND deleted_at < $2 AND NOT EXISTS (SELECT 1 FROM execution_history h WHERE h.task_seq = $1)
FOR UPDATE
