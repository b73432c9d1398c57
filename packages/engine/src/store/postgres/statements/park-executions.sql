-- Takes claimed rows that have not started out of the ready order. Those whose fence is current.
-- $1 seq, $2 claim seq, $3 the line in which they wait
-- Result: what was parked, and what the release of its slots needs.
WITH old AS MATERIALIZED (
  SELECT e.seq AS old_seq, e.task_seq, e.overlap, e.keys, e.admitted
  FROM unnest($1::bigint[], $2::integer[]) AS f (f_seq, f_claim_seq)
  JOIN executions e ON e.seq = f.f_seq AND e.claim_seq = f.f_claim_seq AND e.state = 3
  ORDER BY e.seq
  FOR UPDATE OF e
)
UPDATE executions e SET state = 2, blocked_by = $3, claimed_by = NULL, admitted = 0
FROM old
WHERE e.seq = old.old_seq
RETURNING e.seq, old.task_seq AS "taskSeq", old.overlap, old.keys, old.admitted
