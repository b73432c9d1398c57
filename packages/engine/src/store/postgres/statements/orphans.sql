-- Executions claimed by an instance that has no lease any more, found by what such instances have claimed.
-- $1 now, $2 limit, $3 the instance that asks: it knows of its own work, whatever the clock says of its lease,
-- $4 after which seq
-- Result: the columns of Orphan.
SELECT e.seq, e.claim_seq AS "claimSeq", e.id, e.task_seq AS "taskSeq", e.task_version AS "taskVersion", e.trigger,
       e.due_at AS "dueAt", e.run_at AS "runAt", e.rank, e.priority, e.attempt, e.created_at AS "createdAt",
       e.schedule_id AS "scheduleId", e.job, e.attempts, e.covers_from AS "coversFrom",
       e.skip_after AS "skipAfter", e.merge_after AS "mergeAfter", e.admitted,
       e.started_at AS "startedAt", e.deaths, e.placement
FROM instances i CROSS JOIN LATERAL (
  SELECT * FROM executions c WHERE c.claimed_by = i.seq AND c.claimed_by IS NOT NULL AND c.seq > $4 AND c.state >= 3
  ORDER BY c.seq LIMIT $2
) e
WHERE i.lease_until < $1 AND i.id <> $3
ORDER BY e.seq
LIMIT $2
