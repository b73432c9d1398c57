-- Locks the slots of tasks, in the one order that everybody keeps to.
-- $1 tasks
SELECT task_seq AS "taskSeq" FROM task_slots WHERE task_seq = ANY($1::bigint[]) ORDER BY task_seq FOR NO KEY UPDATE
