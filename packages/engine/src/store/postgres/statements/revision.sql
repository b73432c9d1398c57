-- The definition of a version. Pauses and deletions raise the version without keeping it: it then stood as in the next
-- version that was kept, or as it stands now.
-- $1 task, $2 version
SELECT coalesce(
  (SELECT definition::text FROM task_revisions WHERE task_seq = $1 AND version >= $2 ORDER BY version LIMIT 1),
  (SELECT definition::text FROM tasks WHERE seq = $1)
) AS definition
