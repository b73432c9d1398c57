-- What was ended by these very words already.
-- $1 ids, $2 finished
SELECT h.id, h.tenant_id AS "tenantId", h.task_seq AS "taskSeq", h.trigger, h.attempt, h.due_at AS "dueAt",
       h.earlier_ms AS "earlierMs", i.id AS "instanceId"
FROM unnest($1::text[], $2::bigint[]) AS f (id, finished_at)
JOIN execution_history h ON h.id = f.id AND h.finished_at = f.finished_at
LEFT JOIN instances i ON i.seq = h.claimed_by
