-- Lists over a long history find what is rare by an index, and figures over days read days.

-- What did not succeed, by its end and by its due instant, with what filters ask for.
DROP INDEX history_unsuccessful;
CREATE INDEX history_unsuccessful ON execution_history (status, seq, failure, finished_at) WHERE status <> 'success';
CREATE INDEX history_unsuccessful_by_due ON execution_history (status, due_at, reason, failure, task_seq)
  WHERE status <> 'success';
-- What stands for several due instants.
CREATE INDEX history_covering ON execution_history (due_at) WHERE covers_count > 1;
-- What may have been late: grace times are hardly ever less than a second.
CREATE INDEX history_delayed ON execution_history (due_at)
  WHERE status <> 'skipped' AND (attempt > 1 OR coalesce(started_at, finished_at) - due_at - coalesce(jitter_ms, 0) > 1000);
CREATE INDEX tasks_strict ON tasks (seq) WHERE cast(definition -> 'misfire' ->> 'grace_seconds' AS real) < 1;

-- The counts of a roll-up stand in its index, so that figures of many tasks need not read histograms.
DROP INDEX rollups_by_hour;
CREATE INDEX rollups_by_hour ON execution_rollups (hour, task_seq, success, failed, cancelled, skipped, duration_ms);

-- The counts of whole days of UTC, per task.
CREATE TABLE execution_days (
  day         BIGINT NOT NULL,      -- epoch days
  task_seq    BIGINT NOT NULL,
  success     BIGINT NOT NULL DEFAULT 0,
  failed      BIGINT NOT NULL DEFAULT 0,
  cancelled   BIGINT NOT NULL DEFAULT 0,
  skipped     BIGINT NOT NULL DEFAULT 0,
  duration_ms BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (day, task_seq)
);
INSERT INTO execution_days (day, task_seq, success, failed, cancelled, skipped, duration_ms)
SELECT hour / 24, task_seq, sum(success), sum(failed), sum(cancelled), sum(skipped), sum(duration_ms)
FROM execution_rollups WHERE hour > 0 AND task_seq > 0 GROUP BY hour / 24, task_seq;
