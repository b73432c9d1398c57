-- Makes the first rows in the lines of limits ready again, as far as each has room and chances. Rows that somebody is
-- just removing are passed over.
-- $1 concurrency keys, $2 chances of each, $3 tasks' limits ('task:SEQ'), $4 chances of each
-- Result: how many rows.
WITH heads AS MATERIALIZED (
  SELECT h.seq
  FROM unnest($1::text[], $2::integer[]) AS w (key, chances)
  JOIN concurrency_keys k ON k.key = w.key AND k.held < k.max
  CROSS JOIN LATERAL (
    SELECT seq FROM executions WHERE state = 2 AND blocked_by = w.key
    ORDER BY rank LIMIT least(w.chances, k.max - k.held) FOR UPDATE SKIP LOCKED
  ) h
), heads_of_tasks AS MATERIALIZED (
  SELECT h.seq
  FROM unnest($3::text[], $4::integer[]) AS w (task, chances)
  CROSS JOIN LATERAL (
    SELECT task_seq, task_max FROM executions WHERE state = 2 AND blocked_by = w.task ORDER BY rank LIMIT 1
  ) first
  CROSS JOIN LATERAL (
    SELECT count(*) AS held FROM executions a WHERE a.task_seq = first.task_seq AND a.admitted = 1
  ) now
  CROSS JOIN LATERAL (
    SELECT seq FROM executions WHERE state = 2 AND blocked_by = w.task
    ORDER BY rank LIMIT greatest(least(w.chances, first.task_max - now.held), 0) FOR UPDATE SKIP LOCKED
  ) h
), promoted AS (
  UPDATE executions e SET state = 1, blocked_by = NULL
  FROM (SELECT seq FROM heads UNION ALL SELECT seq FROM heads_of_tasks) h
  WHERE e.seq = h.seq
  RETURNING 1
)
SELECT count(*) AS promoted FROM promoted
