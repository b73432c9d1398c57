-- Keeps planners off a task that is about to change.
-- $1 task
SELECT id FROM schedules WHERE task_seq = $1 ORDER BY id FOR UPDATE
