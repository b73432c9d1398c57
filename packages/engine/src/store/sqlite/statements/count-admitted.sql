-- How many executions of a task hold a slot.
-- ?1 task
SELECT count(*) AS held FROM executions WHERE task_seq = ?1 AND admitted = 1
