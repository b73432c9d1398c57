-- Gives one slot of a concurrency key back.
-- ?1 key
UPDATE concurrency_keys SET held = held - 1 WHERE key = ?1 AND held > 0
