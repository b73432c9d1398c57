-- Schedules of tasks with their rules.
-- $1 tasks
SELECT s.task_seq AS "taskSeq", s.id, s.ordinal, s.rule_id AS "ruleId",
       (SELECT r.body FROM schedule_rules r WHERE r.id = s.rule_id) AS body, s.next_due_at AS "nextDueAt",
       s.last_due_at AS "lastDueAt", s.planned
FROM schedules s
WHERE s.task_seq = ANY($1::bigint[]) ORDER BY s.task_seq, s.ordinal
