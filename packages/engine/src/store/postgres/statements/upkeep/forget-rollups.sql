-- Deletes roll-ups of hours long past; those over a whole life stay.
-- $1 hour, $2 most rows
-- Result: how many.
WITH old AS MATERIALIZED (
  SELECT task_seq, hour FROM execution_rollups WHERE hour > 0 AND hour < $1 LIMIT $2
), gone AS (
  DELETE FROM execution_rollups r USING old WHERE r.task_seq = old.task_seq AND r.hour = old.hour RETURNING 1
)
SELECT count(*) AS gone FROM gone
