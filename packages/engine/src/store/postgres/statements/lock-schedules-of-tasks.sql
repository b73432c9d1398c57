-- Keeps planners off tasks that are about to change, and answers how their schedules stand then. `+ 0` keeps a plan that
-- was made when there were few from going through all of them in order.
-- $1 tasks
SELECT s.id, s.task_seq AS "taskSeq", s.ordinal, s.rule_id AS "ruleId", s.next_due_at AS "nextDueAt",
       s.last_due_at AS "lastDueAt", s.planned, (SELECT r.body FROM schedule_rules r WHERE r.id = s.rule_id) AS body
FROM schedules s
WHERE s.task_seq = ANY($1::bigint[])
ORDER BY s.id + 0
FOR UPDATE OF s
