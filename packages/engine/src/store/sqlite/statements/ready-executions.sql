-- Candidates for a claim, in the order in which they shall start.
-- ?1 before which instant they are to start, ?2 limit
-- Result: the columns of Claimed, and what admission needs.
SELECT seq, claim_seq AS claimSeq, id, tenant_id AS tenantId, task_seq AS taskSeq, task_version AS taskVersion, trigger, due_at AS dueAt,
       run_at AS runAt, rank, priority, attempt, created_at AS createdAt, schedule_id AS scheduleId, job, attempts,
       covers_from AS coversFrom, skip_after AS skipAfter, merge_after AS mergeAfter, overlap, task_max AS taskMax, keys,
       admitted
FROM executions
WHERE state = 1 AND run_at < ?1
ORDER BY rank
LIMIT ?2 + 0
