-- Removes a task's surplus schedules.
-- $1 task, $2 first ordinal that goes
DELETE FROM schedules WHERE task_seq = $1 AND ordinal >= $2
