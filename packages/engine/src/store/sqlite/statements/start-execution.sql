-- Notes that an attempt is under way.
-- ?1 seq, ?2 claim seq, ?3 started (ms)
UPDATE executions SET state = 4, started_at = ?3 WHERE seq = ?1 AND claim_seq = ?2 AND state = 3
