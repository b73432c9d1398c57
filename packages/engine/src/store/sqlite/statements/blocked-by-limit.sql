-- All rows that wait for a limit, first in line first.
-- ?1 limit
SELECT seq, id, task_seq AS taskSeq, trigger, attempt FROM executions WHERE state = 2 AND blocked_by = ?1 ORDER BY rank
