-- The limits of concurrency keys and what is held of each.
-- $1 keys
SELECT key, max, held FROM concurrency_keys WHERE key = ANY($1::text[]) ORDER BY key
