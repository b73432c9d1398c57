-- Notes that an attempt starts; once more when the answer to the first time was lost.
-- ?1 seq, ?2 claim seq, ?3 started (ms)
UPDATE executions SET state = 4, started_at = iif(state = 4, started_at, ?3) WHERE seq = ?1 AND claim_seq = ?2 AND state >= 3
