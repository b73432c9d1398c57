-- A superseded definition.
-- ?1 task, ?2 version
SELECT definition FROM task_revisions WHERE task_seq = ?1 AND version = ?2
