-- Public ids of the executions that hold a concurrency key.
-- ?1 key
SELECT e.id FROM executions e, json_each(e.keys) k
WHERE e.state >= 3 AND e.admitted = 1 AND e.keys IS NOT NULL AND k.value = ?1
ORDER BY e.seq LIMIT 20
