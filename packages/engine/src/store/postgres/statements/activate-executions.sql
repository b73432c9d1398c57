-- Makes rows ready whose instant has come near.
-- $1 before which instant they are to start, $2 limit
WITH near AS MATERIALIZED (
  SELECT seq FROM executions WHERE state = 0 AND run_at < $1 ORDER BY run_at LIMIT $2 FOR UPDATE SKIP LOCKED
), activated AS (
  UPDATE executions e SET state = 1 FROM near WHERE e.seq = near.seq RETURNING 1
)
SELECT count(*) AS activated FROM activated
