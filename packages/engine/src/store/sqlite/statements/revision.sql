-- The definition of an earlier version. Pauses and deletions raise the version without keeping it: it then stood as in the
-- next version that was kept.
-- ?1 task, ?2 version
SELECT definition FROM task_revisions WHERE task_seq = ?1 AND version >= ?2 ORDER BY version LIMIT 1
