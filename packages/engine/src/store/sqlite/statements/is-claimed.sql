-- Whether a row is in the caller's hands, if the caller's fence is current.
-- ?1 seq, ?2 claim seq
SELECT 1 FROM executions WHERE seq = ?1 AND claim_seq = ?2 AND state >= 3
