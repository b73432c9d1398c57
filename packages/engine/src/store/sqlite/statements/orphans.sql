-- Executions claimed by an instance that has no lease any more.
-- A scan of the live rows, which are few; ?4 lets it go on where the last page ended.
-- ?1 now, ?2 limit, ?3 the instance that asks: it knows of its own work, whatever the clock says of its lease,
-- ?4 after which seq
-- Result: the columns of Orphan, and what the release of slots needs.
SELECT seq, claim_seq AS claimSeq, id, task_seq AS taskSeq, task_version AS taskVersion, trigger, due_at AS dueAt,
       run_at AS runAt, rank, priority, attempt, created_at AS createdAt, schedule_id AS scheduleId, job, attempts,
       covers_from AS coversFrom, skip_after AS skipAfter, merge_after AS mergeAfter, overlap, task_max AS taskMax, keys, admitted, started_at AS startedAt, deaths,
       placement
FROM executions
WHERE seq > ?4 AND state >= 3 AND claimed_by NOT IN (SELECT seq FROM instances WHERE lease_until >= ?1 OR id = ?3)
ORDER BY seq
LIMIT ?2 + 0
