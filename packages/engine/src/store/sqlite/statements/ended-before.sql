-- What was ended by this very word already.
-- ?1 id, ?2 finished
SELECT id, tenant_id AS tenantId, task_seq AS taskSeq, trigger, attempt, due_at AS dueAt, claimed_by AS claimedBy,
       earlier_ms AS earlierMs
FROM execution_history WHERE id = ?1 AND finished_at = ?2
