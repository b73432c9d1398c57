-- Makes the first row that waits for its own task ready again, if the task has room for it.
-- ?1 limit: 'task:SEQ'
UPDATE executions SET state = 1, blocked_by = NULL
WHERE seq = (
  SELECT head.seq
  FROM (SELECT seq, task_seq, task_max FROM executions WHERE state = 2 AND blocked_by = ?1 ORDER BY rank LIMIT 1) head
  WHERE (SELECT count(*) FROM executions h WHERE h.task_seq = head.task_seq AND h.admitted = 1) < head.task_max
)
