-- Locks all concurrency keys.
SELECT key FROM concurrency_keys ORDER BY key FOR NO KEY UPDATE
