-- Until when an occurrence is in time, and from when its lateness counts.

ALTER TABLE executions ADD COLUMN jitter_ms INTEGER;    -- how much later than due it was to start; null for not at all
ALTER TABLE executions ADD COLUMN skip_after INTEGER;   -- when it has not started by then it is skipped; null for never
ALTER TABLE executions ADD COLUMN merge_after INTEGER;  -- when it has not started by then a later one may stand for it
ALTER TABLE execution_history ADD COLUMN jitter_ms INTEGER;
