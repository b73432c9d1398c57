-- Takes slots of a concurrency key.
-- ?1 key, ?2 how many
UPDATE concurrency_keys SET held = held + ?2 WHERE key = ?1
