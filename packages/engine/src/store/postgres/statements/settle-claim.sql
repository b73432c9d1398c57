-- Writes what a claim decided about locked ready rows.
-- $1 admitted seqs, $2 the instance's id, $3 blocked seqs, $4 the limit each waits for
WITH admitted AS (
  UPDATE executions
  SET state = 3, claimed_by = (SELECT seq FROM instances WHERE id = $2), claim_seq = claim_seq + 1, admitted = 1
  WHERE seq = ANY($1::bigint[])
)
UPDATE executions e SET state = 2, blocked_by = b.blocked_by, claimed_by = NULL, admitted = 0
FROM unnest($3::bigint[], $4::text[]) AS b (seq, blocked_by)
WHERE e.seq = b.seq
