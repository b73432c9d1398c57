-- A task's live executions; locked.
-- $1 task
SELECT seq, id, tenant_id AS "tenantId", task_seq AS "taskSeq", trigger, attempt, due_at AS "dueAt",
       earlier_ms AS "earlierMs", overlap, keys, admitted
FROM executions WHERE task_seq = $1 ORDER BY seq FOR UPDATE
