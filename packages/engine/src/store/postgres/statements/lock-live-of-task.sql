-- A task's live executions; locked.
-- $1 task
SELECT seq, task_seq AS "taskSeq", overlap, keys, admitted FROM executions WHERE task_seq = $1 ORDER BY seq FOR UPDATE
