-- Looks through a stretch of the history for jobs without a task that ended before an instant.
-- $1 behind this seq, $2 how many rows to look at, $3 instant
-- Result: one row: the last seq looked at, the earliest end, and the seqs found (JSON array).
SELECT max(seq) AS last, min(finished_at) AS earliest,
       coalesce(json_agg(seq) FILTER (WHERE task_seq IS NULL AND finished_at < $3), '[]') AS found
FROM (SELECT seq, task_seq, finished_at FROM execution_history WHERE seq > $1 ORDER BY seq LIMIT $2) stretch
