-- A live row by its public id.
-- ?1 id
SELECT seq, claim_seq AS claimSeq, id, tenant_id AS tenantId, task_seq AS taskSeq, state, attempt, due_at AS dueAt,
       earlier_ms AS earlierMs,
       (SELECT i.id FROM instances i WHERE i.seq = claimed_by) AS claimedBy, overlap, keys, admitted, trigger
FROM executions WHERE id = ?1
