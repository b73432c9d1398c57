-- Whether an execution was sent back for its next attempt by this very word already.
-- ?1 seq, ?2 claim seq, ?3 attempts so far (JSON)
SELECT id, tenant_id AS tenantId, task_seq AS taskSeq, trigger, attempt - 1 AS attempt, due_at AS dueAt
FROM executions WHERE seq = ?1 AND claim_seq = ?2 AND state < 3 AND attempts = ?3
