-- Removes live rows that leave no trace, those whose fence is current.
-- $1 seq, $2 claim seq
-- Result: as of finish-executions.
WITH gone AS (
  DELETE FROM executions e
  USING unnest($1::bigint[], $2::integer[]) AS f (seq, claim_seq)
  WHERE e.seq = f.seq AND e.claim_seq = f.claim_seq AND e.state >= 3
  RETURNING e.*
)
SELECT g.seq, g.overlap, g.keys, g.admitted, g.id, g.tenant_id AS "tenantId", g.task_seq AS "taskSeq", g.trigger, g.attempt,
       g.due_at AS "dueAt", g.earlier_ms AS "earlierMs", i.id AS "instanceId"
FROM gone g LEFT JOIN instances i ON i.seq = g.claimed_by
