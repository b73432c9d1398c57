-- Deletes what follows line ?2, that line included; 0 deletes the whole log.
-- ?1 execution, ?2 line number
DELETE FROM log_chunks WHERE execution_id = ?1 AND first_no >= ?2
