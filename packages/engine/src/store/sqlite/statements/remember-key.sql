-- Binds an idempotency key to what it led to, unless it is bound already.
-- ?1 scope, ?2 key, ?3 result id, ?4 now
INSERT OR IGNORE INTO idempotency_keys (scope, key, result_id, created_at) VALUES (?1, ?2, ?3, ?4)
