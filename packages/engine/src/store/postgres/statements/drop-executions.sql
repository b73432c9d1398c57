-- Removes live rows that leave no trace, those whose fence is current.
-- $1 seq, $2 claim seq
-- Result: what was removed, and what the release of its slots needs.
DELETE FROM executions e
USING unnest($1::bigint[], $2::integer[]) AS f (seq, claim_seq)
WHERE e.seq = f.seq AND e.claim_seq = f.claim_seq AND e.state >= 3
RETURNING e.seq, e.task_seq AS "taskSeq", e.overlap, e.keys, e.admitted
