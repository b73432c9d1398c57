-- History of a task, oldest first.
-- $1 task, $2 most rows
SELECT seq FROM execution_history WHERE task_seq = $1 ORDER BY due_at LIMIT $2
