-- Adds counts and histograms to a roll-up.
-- ?1 task, ?2 hour, ?3 successes, ?4 failures, ?5 cancelled, ?6 skipped, ?7 duration ms, ?8 durations, ?9 latenesses
INSERT INTO execution_rollups (task_seq, hour, success, failed, cancelled, skipped, duration_ms, durations, latenesses)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (task_seq, hour) DO UPDATE SET
  success = success + excluded.success,
  failed = failed + excluded.failed,
  cancelled = cancelled + excluded.cancelled,
  skipped = skipped + excluded.skipped,
  duration_ms = duration_ms + excluded.duration_ms,
  durations = merge_histograms(durations, excluded.durations),
  latenesses = merge_histograms(latenesses, excluded.latenesses)
