-- Sends executions back: for their next attempt, or with their attempt unspent. Those whose fence is current.
-- $1 seq, $2 claim seq, $3 true: the next attempt, $4 state, $5 run at, $6 rank, $7 attempts so far (JSON), $8 1 when
-- its instance died with it, $9 how long those attempts ran in ms
-- Result: what was sent back, what the release of its slots needs, and what is told of it.
WITH old AS MATERIALIZED (
  SELECT e.seq AS old_seq, e.task_seq, e.overlap, e.keys, e.admitted, e.attempt AS old_attempt, f.*,
         (SELECT i.id FROM instances i WHERE i.seq = e.claimed_by) AS instance_id
  FROM unnest($1::bigint[], $2::integer[], $3::boolean[], $4::smallint[], $5::bigint[], $6::bigint[], $7::text[],
              $8::integer[], $9::bigint[])
       AS f (f_seq, f_claim_seq, again, f_state, f_run_at, f_rank, f_attempts, died, f_earlier_ms)
  JOIN executions e ON e.seq = f.f_seq AND e.claim_seq = f.f_claim_seq AND e.state >= 3
  ORDER BY e.seq
  FOR UPDATE OF e
)
UPDATE executions e
SET state = CASE WHEN again THEN f_state ELSE 1 END,
    run_at = CASE WHEN again THEN f_run_at ELSE e.run_at END,
    rank = CASE WHEN again THEN f_rank ELSE e.rank END,
    attempts = CASE WHEN again THEN f_attempts ELSE e.attempts END,
    earlier_ms = CASE WHEN again THEN f_earlier_ms ELSE e.earlier_ms END,
    attempt = e.attempt + again::integer, claimed_by = NULL, admitted = 0, started_at = NULL, node_id = NULL, placement = NULL, deaths = e.deaths + died,
    -- It had its slot and may have run: now it waits for one instead of being skipped.
    overlap = CASE WHEN died = 1 AND e.admitted = 1 AND e.overlap = 'skip' THEN 'queue' ELSE e.overlap END,
    skip_after = CASE WHEN again OR (died = 1 AND e.admitted = 1 AND (e.overlap <> 'allow' OR e.keys IS NOT NULL)) THEN NULL ELSE e.skip_after END,
    merge_after = CASE WHEN again OR (died = 1 AND e.admitted = 1 AND (e.overlap <> 'allow' OR e.keys IS NOT NULL)) THEN NULL ELSE e.merge_after END
FROM old
WHERE e.seq = old.old_seq
RETURNING e.seq, old.overlap, old.keys, old.admitted, e.id, e.tenant_id AS "tenantId", old.task_seq AS "taskSeq", e.trigger,
          old.old_attempt AS attempt, e.due_at AS "dueAt", old.instance_id AS "instanceId"
