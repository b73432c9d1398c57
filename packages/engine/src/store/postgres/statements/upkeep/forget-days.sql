-- Deletes the counts of days long past.
-- $1 day, $2 most rows
-- Result: how many.
WITH old AS MATERIALIZED (
  SELECT day, task_seq FROM execution_days WHERE day < $1 LIMIT $2
), gone AS (
  DELETE FROM execution_days d USING old WHERE d.day = old.day AND d.task_seq = old.task_seq RETURNING 1
)
SELECT count(*) AS gone FROM gone
