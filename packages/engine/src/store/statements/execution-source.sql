-- What an execution ran, live or final.
-- $1 id
SELECT t.id AS "taskId", e.job FROM (
  SELECT task_seq, job FROM executions WHERE id = $1
  UNION ALL
  SELECT task_seq, job FROM execution_history WHERE id = $1
) e LEFT JOIN tasks t ON t.seq = e.task_seq LIMIT 1
