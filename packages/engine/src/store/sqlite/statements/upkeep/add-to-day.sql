-- Adds counts to a task's day.
-- ?1 day, ?2 task, ?3 successes, ?4 failures, ?5 cancelled, ?6 skipped, ?7 duration ms
INSERT INTO execution_days (day, task_seq, success, failed, cancelled, skipped, duration_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (day, task_seq) DO UPDATE SET
  success = success + excluded.success,
  failed = failed + excluded.failed,
  cancelled = cancelled + excluded.cancelled,
  skipped = skipped + excluded.skipped,
  duration_ms = duration_ms + excluded.duration_ms
