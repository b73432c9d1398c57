-- What was sent back for its next attempt by these very words already.
-- $1 seqs, $2 claim seqs, $3 attempts so far (JSON)
SELECT e.seq, e.id, e.tenant_id AS "tenantId", e.task_seq AS "taskSeq", e.trigger, e.attempt - 1 AS attempt,
       e.due_at AS "dueAt"
FROM unnest($1::bigint[], $2::integer[], $3::text[]) AS f (seq, claim_seq, attempts)
JOIN executions e ON e.seq = f.seq AND e.claim_seq = f.claim_seq AND e.state < 3 AND e.attempts = f.attempts
