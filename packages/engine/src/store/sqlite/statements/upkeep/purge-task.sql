-- Deletes a task for good, unless it was restored or still has history.
-- ?1 task, ?2 instant before which it was deleted
DELETE FROM tasks WHERE seq = ?1 AND deleted_at < ?2
  AND NOT EXISTS (SELECT 1 FROM execution_history WHERE task_seq = ?1)
