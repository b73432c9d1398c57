-- Public ids of the executions that hold a concurrency key.
-- $1 key
SELECT id FROM executions
WHERE claimed_by IS NOT NULL AND admitted = 1 AND keys IS NOT NULL AND keys::jsonb ? $1
ORDER BY seq LIMIT 20
