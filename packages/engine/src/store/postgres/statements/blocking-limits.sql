-- All limits that somebody waits for, found by leaping through the index from one to the next.
WITH RECURSIVE line AS (
  (SELECT blocked_by FROM executions WHERE state = 2 ORDER BY blocked_by LIMIT 1)
  UNION ALL
  SELECT (SELECT e.blocked_by FROM executions e WHERE e.state = 2 AND e.blocked_by > line.blocked_by
          ORDER BY e.blocked_by LIMIT 1)
  FROM line WHERE line.blocked_by IS NOT NULL
)
SELECT blocked_by AS "limit" FROM line WHERE blocked_by IS NOT NULL
