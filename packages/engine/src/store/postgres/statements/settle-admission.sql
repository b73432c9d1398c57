-- Writes what admission decided about locked claimed rows.
-- $1 admitted seqs, $2 blocked seqs, $3 the limit each waits for
WITH admitted AS (
  UPDATE executions SET admitted = 1 WHERE seq = ANY($1::bigint[])
)
UPDATE executions e SET state = 2, blocked_by = b.blocked_by, claimed_by = NULL, admitted = 0
FROM unnest($2::bigint[], $3::text[]) AS b (seq, blocked_by)
WHERE e.seq = b.seq
