-- Deletes idempotency keys, those used again since excepted.
-- ?1 [scope, key] pairs (JSON array), ?2 instant before which they were used
DELETE FROM idempotency_keys
WHERE (scope, key) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1)) AND created_at < ?2
