-- Sets the limit of a concurrency key.
-- ?1 key, ?2 limit
INSERT INTO concurrency_keys (key, max) VALUES (?1, ?2)
ON CONFLICT (key) DO UPDATE SET max = excluded.max WHERE max <> excluded.max
