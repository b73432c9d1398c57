-- Claimed rows as they stand, for those whose fence is current; locked.
-- $1 seqs, $2 claim seqs
-- Result: the columns of Claimed, and what admission needs.
SELECT e.seq, e.claim_seq AS "claimSeq", e.id, e.tenant_id AS "tenantId", e.task_seq AS "taskSeq", e.task_version AS "taskVersion", e.trigger,
       e.due_at AS "dueAt", e.run_at AS "runAt", e.rank, e.priority, e.attempt, e.created_at AS "createdAt",
       e.schedule_id AS "scheduleId", e.job, e.attempts, e.covers_from AS "coversFrom",
       e.skip_after AS "skipAfter", e.merge_after AS "mergeAfter", e.overlap,
       e.task_max AS "taskMax", e.keys, e.admitted
FROM unnest($1::bigint[], $2::integer[]) AS f (seq, claim_seq)
JOIN executions e ON e.seq = f.seq AND e.claim_seq = f.claim_seq AND e.state >= 3
ORDER BY e.seq
FOR UPDATE OF e
