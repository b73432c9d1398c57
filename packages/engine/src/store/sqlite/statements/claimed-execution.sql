-- A claimed row as it stands, if the caller's fence is current.
-- ?1 seq, ?2 claim seq
-- Result: the columns of ready-executions, and whether it holds its slots.
SELECT seq, claim_seq AS claimSeq, id, tenant_id AS tenantId, task_seq AS taskSeq, task_version AS taskVersion, trigger, due_at AS dueAt,
       run_at AS runAt, rank, priority, attempt, created_at AS createdAt, schedule_id AS scheduleId, job, attempts,
       covers_from AS coversFrom, skip_after AS skipAfter, merge_after AS mergeAfter, overlap, task_max AS taskMax, keys, admitted
FROM executions
WHERE seq = ?1 AND claim_seq = ?2 AND state >= 3
