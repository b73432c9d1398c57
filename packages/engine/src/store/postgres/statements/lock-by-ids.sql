-- Live rows by their public ids, locked.
-- $1 ids
SELECT e.seq, e.id, e.tenant_id AS "tenantId", e.task_seq AS "taskSeq", e.overlap, e.keys, e.admitted, e.trigger,
       e.attempt, e.due_at AS "dueAt", e.earlier_ms AS "earlierMs",
       (SELECT i.id FROM instances i WHERE i.seq = e.claimed_by) AS "claimedBy"
FROM executions e
WHERE e.id = ANY($1::text[])
ORDER BY e.seq
FOR UPDATE OF e
