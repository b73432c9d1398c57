-- Which due instants of some tasks' schedules are answered from an instant on, or have an execution that will answer them.
-- $1 tasks, $2 from
-- Result: a ScheduleAnswer per row, ascending.
SELECT schedule_id AS "scheduleId", coalesce(covers_from, due_at) AS "from", due_at AS "to", created_at AS "plannedAt"
FROM executions
WHERE schedule_id = ANY(ARRAY(SELECT id FROM schedules WHERE task_seq = ANY($1::bigint[]))) AND due_at >= $2
UNION ALL
SELECT schedule_id, coalesce(covers_from, due_at), due_at, created_at
FROM execution_history
WHERE task_seq = ANY($1::bigint[]) AND due_at >= $2 AND schedule_id IS NOT NULL
ORDER BY 2
