-- Claims a ready row for an instance and raises its fence.
-- ?1 seq, ?2 the instance's seq, ?3 1 when its slots are taken
UPDATE executions SET state = 3, claimed_by = ?2, claim_seq = claim_seq + 1, admitted = ?3 WHERE seq = ?1
