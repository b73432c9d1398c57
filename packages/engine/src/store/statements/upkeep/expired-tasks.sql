-- Tasks that were deleted before an instant.
-- $1 instant, $2 most rows
SELECT seq FROM tasks WHERE deleted_at < $1 ORDER BY deleted_at LIMIT $2
