-- Tasks by their public ids, deleted ones included.
-- $1 ids
SELECT seq, id, tenant_id, name, task_group, type, tags, enabled, version, definition, paused_at, pause_reason,
       run_at_start, created_at, created_by, updated_at, updated_by, deleted_at
FROM tasks
WHERE id = ANY($1::text[])
