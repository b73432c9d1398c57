-- The latest due instant of each schedule of a task that is answered although it lies in the future.
-- $1 task, $2 now
SELECT schedule_id AS "scheduleId", max(due_at) AS answered FROM (
  SELECT schedule_id, due_at FROM executions WHERE task_seq = $1 AND due_at > $2
  UNION ALL
  SELECT schedule_id, due_at FROM execution_history WHERE task_seq = $1 AND due_at > $2
) answers
WHERE schedule_id IS NOT NULL
GROUP BY schedule_id
