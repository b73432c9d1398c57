-- Takes over an attempt that runs on a node, and raises its fence.
-- ?1 seq, ?2 claim seq, ?3 the new instance's seq
UPDATE executions SET claimed_by = ?3, claim_seq = claim_seq + 1
WHERE seq = ?1 AND claim_seq = ?2 AND state = 4 AND node_id IS NOT NULL
