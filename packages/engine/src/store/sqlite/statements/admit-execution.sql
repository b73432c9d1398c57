-- Takes the slot of a claimed row whose only limit is its own task's, if the caller's fence is current and one is free.
-- The usual case in one statement; rows with concurrency keys, or that find no slot, are looked at one by one.
-- What is beyond its grace time is looked at more closely, too.
-- ?1 seq, ?2 claim seq, ?3 now, ?4 when it starts; null when that is to be noted later
UPDATE executions SET admitted = 1, state = iif(?4 IS NULL, state, 4), started_at = ifnull(?4, started_at)
WHERE seq = ?1 AND claim_seq = ?2 AND state >= 3 AND keys IS NULL
  AND ifnull(skip_after, ?3) >= ?3 AND ifnull(merge_after, ?3) >= ?3
  AND (overlap = 'allow'
       OR (SELECT count(*) FROM executions e WHERE e.task_seq = executions.task_seq AND e.admitted = 1) < task_max)
