-- Where a live execution stands in line.
-- $1 id
SELECT seq, state, run_at AS "runAt", rank, blocked_by AS "blockedBy",
       (SELECT i.id FROM instances i WHERE i.seq = claimed_by) AS "claimedBy", task_seq AS "taskSeq", task_max AS "taskMax"
FROM executions WHERE id = $1
