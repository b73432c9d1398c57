-- Takes a row out of the ready order until the limit it waits for has room.
-- ?1 seq, ?2 limit: 'task:SEQ' or a concurrency key
UPDATE executions SET state = 2, blocked_by = ?2, claimed_by = NULL, admitted = 0 WHERE seq = ?1
