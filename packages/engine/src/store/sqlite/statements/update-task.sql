-- Replaces a task's row, if its version is still the one the change was made from.
-- $1 seq, $2 expected version, $3 name, $4 group, $5 type, $6 tags, $7 enabled, $8 version, $9 definition, $10 paused at,
-- $11 pause reason, $12 run at start, $13 now, $14 by, $15 deleted at
-- Result: one row, or none when the version is another.
UPDATE tasks
SET name = $3, task_group = $4, type = $5, tags = $6, enabled = $7, version = $8, definition = $9, paused_at = $10,
    pause_reason = $11, run_at_start = $12, updated_at = $13, updated_by = $14, deleted_at = $15
WHERE seq = $1 AND version = $2
RETURNING seq
