-- Executions of tasks that have not started, with the instance that has them in hand; locked.
-- $1 tasks, $2 true: only planned ones still to come, $3 now
SELECT e.seq, e.id, e.tenant_id AS "tenantId", e.attempt, e.earlier_ms AS "earlierMs", e.state, e.overlap, e.keys, e.admitted, e.task_seq AS "taskSeq", e.schedule_id AS "scheduleId",
       e.trigger, e.due_at AS "dueAt", (SELECT s.ordinal FROM schedules s WHERE s.id = e.schedule_id) AS ordinal,
       (SELECT i.id FROM instances i WHERE i.seq = e.claimed_by) AS "claimedBy"
FROM executions e
WHERE e.task_seq = ANY($1::bigint[]) AND e.state < 4
  AND (NOT $2 OR (e.trigger = 'schedule' AND e.attempt = 1 AND e.due_at > $3))
ORDER BY e.seq + 0
FOR UPDATE OF e
