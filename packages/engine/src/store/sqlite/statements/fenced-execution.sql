-- What the end of an attempt needs to know of its row, if the caller's fence is current; read as an array.
-- ?1 seq, ?2 claim seq
SELECT task_seq, overlap, keys, admitted, id, tenant_id, trigger, attempt, due_at, claimed_by, earlier_ms
FROM executions WHERE seq = ?1 AND claim_seq = ?2 AND state >= 3
