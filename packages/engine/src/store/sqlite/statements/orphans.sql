-- Executions claimed by an instance that has no lease any more.
-- ?1 now, ?2 limit
-- Result: the columns of Orphan, and what the release of slots needs.
SELECT seq, claim_seq AS claimSeq, id, task_seq AS taskSeq, task_version AS taskVersion, trigger, due_at AS dueAt,
       run_at AS runAt, rank, priority, attempt, created_at AS createdAt, schedule_id AS scheduleId, job, attempts,
       covers_from AS coversFrom, overlap, task_max AS taskMax, keys, admitted, started_at AS startedAt
FROM executions
WHERE state >= 3 AND claimed_by NOT IN (SELECT id FROM instances WHERE lease_until >= ?1)
ORDER BY seq
LIMIT ?2
