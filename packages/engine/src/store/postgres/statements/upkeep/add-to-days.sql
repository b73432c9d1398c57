-- Adds counts to days of tasks.
-- $1 day, $2 task, $3 successes, $4 failures, $5 cancelled, $6 skipped, $7 duration ms
INSERT INTO execution_days AS d (day, task_seq, success, failed, cancelled, skipped, duration_ms)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
ON CONFLICT (day, task_seq) DO UPDATE SET
  success = d.success + excluded.success,
  failed = d.failed + excluded.failed,
  cancelled = d.cancelled + excluded.cancelled,
  skipped = d.skipped + excluded.skipped,
  duration_ms = d.duration_ms + excluded.duration_ms
