-- Schedules whose next occurrence lies before the horizon, earliest first.
-- $1 horizon (ms), $2 limit
-- Result: a DueSchedule per row.
SELECT s.id AS "scheduleId", s.task_seq AS "taskSeq", t.version AS "taskVersion", t.type AS "taskType",
       t.tenant_id AS "tenantId", s.rule_id AS "ruleId", s.next_due_at AS "nextDueAt",
       s.last_due_at AS "lastDueAt", s.planned AS planned
FROM schedules s JOIN tasks t ON t.seq = s.task_seq
WHERE s.next_due_at < $1
ORDER BY s.next_due_at
LIMIT $2 + 0
