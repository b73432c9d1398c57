-- Deletes idempotency keys that were used before an instant.
-- $1 instant, $2 most rows
-- Result: how many.
WITH old AS MATERIALIZED (
  SELECT scope, key FROM idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT $2
), gone AS (
  DELETE FROM idempotency_keys k USING old WHERE k.scope = old.scope AND k.key = old.key AND k.created_at < $1 RETURNING 1
)
SELECT count(*) AS gone FROM gone
