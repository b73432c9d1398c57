-- Sets limits of concurrency keys. Keys that have theirs already are not touched: their rows are fought over.
-- $1 keys, $2 limits
INSERT INTO concurrency_keys (key, max)
SELECT w.key, w.max FROM unnest($1::text[], $2::integer[]) AS w (key, max)
WHERE NOT EXISTS (SELECT 1 FROM concurrency_keys k WHERE k.key = w.key AND k.max = w.max)
ORDER BY w.key
ON CONFLICT (key) DO UPDATE SET max = excluded.max
