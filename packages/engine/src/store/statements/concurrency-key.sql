-- A concurrency key's limit and what is held of it.
-- $1 key
SELECT max, held FROM concurrency_keys WHERE key = $1
