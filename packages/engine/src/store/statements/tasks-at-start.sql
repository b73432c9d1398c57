-- Enabled tasks that run once whenever the server starts.
SELECT * FROM tasks
WHERE run_at_start IS NOT NULL AND enabled = 1 AND paused_at IS NULL AND deleted_at IS NULL
ORDER BY seq
