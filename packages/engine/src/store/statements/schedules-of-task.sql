-- A task's schedules with their rules.
-- $1 task
SELECT s.id, s.ordinal, s.rule_id AS "ruleId", r.body, s.next_due_at AS "nextDueAt", s.last_due_at AS "lastDueAt",
       s.planned
FROM schedules s JOIN schedule_rules r ON r.id = s.rule_id
WHERE s.task_seq = $1 ORDER BY s.ordinal
