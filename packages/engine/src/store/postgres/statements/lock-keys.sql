-- Locks concurrency keys, in the one order that everybody keeps to. Tasks are locked before keys.
-- $1 keys
SELECT key, max, held FROM concurrency_keys WHERE key = ANY($1::text[]) ORDER BY key FOR NO KEY UPDATE
