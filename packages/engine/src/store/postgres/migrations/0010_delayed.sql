-- Only due instants can be late in the ledger: jobs, which often wait, stay out of its index.
DROP INDEX history_delayed;
CREATE INDEX history_delayed ON execution_history (due_at)
  WHERE schedule_id IS NOT NULL AND status <> 'skipped'
    AND (attempt > 1 OR coalesce(started_at, finished_at) - due_at - coalesce(jitter_ms, 0) > 1000);
