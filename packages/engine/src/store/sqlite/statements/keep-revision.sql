-- Keeps the definition that is about to be replaced.
-- $1 task
INSERT INTO task_revisions (task_seq, version, definition, at, by)
SELECT seq, version, definition, updated_at, updated_by FROM tasks WHERE seq = $1
ON CONFLICT DO NOTHING
