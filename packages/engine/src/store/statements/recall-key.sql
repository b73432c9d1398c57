-- What an idempotency key led to.
-- $1 scope, $2 key
SELECT result_id AS "resultId" FROM idempotency_keys WHERE scope = $1 AND key = $2
