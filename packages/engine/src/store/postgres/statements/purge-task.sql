-- Deletes a task with its schedules, revisions and roll-ups; its executions went before.
-- $1 task
WITH schedule AS (DELETE FROM schedules WHERE task_seq = $1),
     revision AS (DELETE FROM task_revisions WHERE task_seq = $1),
     rollup AS (DELETE FROM execution_rollups WHERE task_seq = $1),
     pruned AS (DELETE FROM pruned_history WHERE task_seq = $1),
     slots AS (DELETE FROM task_slots WHERE task_seq = $1)
DELETE FROM tasks WHERE seq = $1
