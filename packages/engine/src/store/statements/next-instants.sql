-- When planner and dispatcher have something to do next.
-- Result: dueAt, runAt; null for never.
SELECT (SELECT next_due_at FROM schedules WHERE next_due_at IS NOT NULL ORDER BY next_due_at LIMIT 1) AS "dueAt",
       (SELECT run_at FROM executions WHERE state = 0 ORDER BY run_at LIMIT 1) AS "runAt"
