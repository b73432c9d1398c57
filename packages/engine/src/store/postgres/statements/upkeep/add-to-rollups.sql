-- Adds counts to roll-ups; histograms are given as they shall be.
-- $1 task, $2 hour, $3 successes, $4 failures, $5 cancelled, $6 skipped, $7 duration ms, $8 durations, $9 latenesses
INSERT INTO execution_rollups AS r (task_seq, hour, success, failed, cancelled, skipped, duration_ms, durations, latenesses)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                     $8::text[], $9::text[])
ON CONFLICT (task_seq, hour) DO UPDATE SET
  success = r.success + excluded.success,
  failed = r.failed + excluded.failed,
  cancelled = r.cancelled + excluded.cancelled,
  skipped = r.skipped + excluded.skipped,
  duration_ms = r.duration_ms + excluded.duration_ms,
  durations = excluded.durations,
  latenesses = excluded.latenesses
