-- All rows that wait for their own task and may be replaced, first in line first; past those that are just being cancelled.
-- $1 limits: 'task:SEQ'
SELECT seq, id, tenant_id AS "tenantId", task_seq AS "taskSeq", trigger, attempt, due_at AS "dueAt",
       earlier_ms AS "earlierMs"
FROM executions
WHERE state = 2 AND blocked_by = ANY($1::text[]) AND overlap <> 'in_turn'
ORDER BY rank
FOR UPDATE SKIP LOCKED
