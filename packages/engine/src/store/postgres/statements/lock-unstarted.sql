-- A task's executions that have not started; locked.
-- $1 task, $2 true: only planned ones still to come, $3 now
SELECT seq, id, state, overlap, keys, admitted, task_seq AS "taskSeq", schedule_id AS "scheduleId", trigger,
       due_at AS "dueAt"
FROM executions
WHERE task_seq = $1 AND state < 4 AND (NOT $2 OR (trigger = 'schedule' AND attempt = 1 AND due_at > $3))
ORDER BY seq
FOR UPDATE
