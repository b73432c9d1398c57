-- Deletes live executions that a purged task should not have any more.
-- ?1 task
DELETE FROM executions WHERE task_seq = ?1
