-- Binds an idempotency key to what it led to, unless it is bound already. Waits for whoever is binding it.
-- $1 scope, $2 key, $3 result id, $4 now
-- Result: one row, or none when it is bound.
INSERT INTO idempotency_keys (scope, key, result_id, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
RETURNING key
