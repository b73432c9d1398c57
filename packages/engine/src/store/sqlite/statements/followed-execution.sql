-- Whether a later occurrence of the same schedule waits beyond its grace time, too, and may stand for an earlier one.
-- ?1 schedule, ?2 due instant of the earlier one, ?3 now
SELECT 1 FROM executions WHERE schedule_id = ?1 AND due_at > ?2 AND merge_after < ?3 AND state < 4 LIMIT 1
