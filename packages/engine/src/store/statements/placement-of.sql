-- How an execution was placed, live or ended.
-- $1 id
SELECT placement FROM executions WHERE id = $1
UNION ALL
SELECT placement FROM execution_history WHERE id = $1
