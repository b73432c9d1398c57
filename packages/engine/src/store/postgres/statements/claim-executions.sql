-- Takes ready rows in the order in which they shall start, past those that another instance is taking. What has no
-- limit is admitted, what has one and is not yet due is only claimed; the rest is left to admission. What is to be
-- stopped, and was left behind by an instance that did not hear of it any more, is taken by nobody: it is ended.
-- $1 before which instant they are to start, $2 limit, $3 now, $4 the instance's id,
-- $5 the lowest rank to look at: what lies before it was taken, and may not be forgotten yet
-- Result: the columns of Claimed as before the claim, what admission needs, and whether the row was claimed. No row
-- at all when the instance is not registered.
WITH me AS MATERIALIZED (
  SELECT seq FROM instances WHERE id = $4 FOR KEY SHARE
), candidates AS MATERIALIZED (
  SELECT e.*, (e.keys IS NULL AND (e.overlap = 'allow' OR e.task_seq IS NULL)) AS free
  FROM executions e
  WHERE e.state = 1 AND e.run_at < $1 AND e.rank >= $5 AND EXISTS (SELECT 1 FROM me)
    AND NOT EXISTS (SELECT 1 FROM cancellations c WHERE c.seq = e.seq)
  ORDER BY e.rank
  LIMIT $2
  FOR UPDATE OF e SKIP LOCKED
), taken AS (
  UPDATE executions e
  SET state = 3, claimed_by = me.seq, claim_seq = e.claim_seq + 1, admitted = c.free::integer
  FROM candidates c, me
  WHERE e.seq = c.seq AND (c.free OR c.run_at > $3)
)
SELECT seq, claim_seq AS "claimSeq", id, tenant_id AS "tenantId", task_seq AS "taskSeq", task_version AS "taskVersion", trigger,
       due_at AS "dueAt", run_at AS "runAt", rank, priority, attempt, created_at AS "createdAt",
       schedule_id AS "scheduleId", job, attempts, covers_from AS "coversFrom",
       skip_after AS "skipAfter", merge_after AS "mergeAfter", overlap, task_max AS "taskMax", keys,
       free OR run_at > $3 AS taken, free
FROM candidates
ORDER BY rank
