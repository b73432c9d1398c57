-- Takes one slot of a concurrency key; no changed row when it is full.
-- ?1 key
UPDATE concurrency_keys SET held = held + 1 WHERE key = ?1 AND held < max
