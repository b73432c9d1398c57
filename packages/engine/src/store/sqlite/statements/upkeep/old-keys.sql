-- Idempotency keys that were used before an instant.
-- ?1 instant, ?2 most rows
-- Result: one row: [scope, key] pairs (JSON array).
SELECT json_group_array(json_array(scope, key)) AS keys
FROM (SELECT scope, key FROM idempotency_keys WHERE created_at < ?1 LIMIT ?2)
