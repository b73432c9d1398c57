-- What a run of a task meets that is asked for now: executions that hold its slots, and those that are about to.
-- $1 task, $2 now
SELECT id, overlap, admitted FROM executions
WHERE task_seq = $1 AND (admitted = 1 OR (state BETWEEN 1 AND 3 AND run_at <= $2))
ORDER BY admitted DESC, rank, seq
LIMIT 10000
