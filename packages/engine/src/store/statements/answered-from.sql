-- Which due instants of a task's schedules are answered from an instant on, or have an execution that will answer them.
-- $1 task, $2 from
-- Result: a ScheduleAnswer per row, ascending.
SELECT schedule_id AS "scheduleId", coalesce(covers_from, due_at) AS "from", due_at AS "to", created_at AS "plannedAt"
FROM executions
WHERE schedule_id IN (SELECT id FROM schedules WHERE task_seq = $1) AND due_at >= $2
UNION ALL
SELECT schedule_id, coalesce(covers_from, due_at), due_at, created_at
FROM execution_history
WHERE task_seq = $1 AND due_at >= $2 AND schedule_id IS NOT NULL
ORDER BY 2
