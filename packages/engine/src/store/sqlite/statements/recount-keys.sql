-- Recomputes what is held of every key from the rows that hold it: the counters are a cache.
UPDATE concurrency_keys
SET held = (SELECT count(*) FROM executions e, json_each(e.keys) k
            WHERE e.admitted = 1 AND e.keys IS NOT NULL AND k.value = concurrency_keys.key)
