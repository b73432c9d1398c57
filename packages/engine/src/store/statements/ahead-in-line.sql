-- How many rows come before one in its line; counted up to 10,000.
-- $1 rank, $2 limit waited for, or null for the ready ones
SELECT count(*) AS ahead FROM (
  SELECT 1 FROM executions WHERE CAST($2 AS text) IS NULL AND state = 1 AND rank < $1
  UNION ALL
  SELECT 1 FROM executions WHERE state = 2 AND blocked_by = $2 AND rank < $1
  LIMIT 10000
) line
