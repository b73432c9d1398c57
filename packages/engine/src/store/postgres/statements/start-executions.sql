-- Notes that attempts start; once more when the answer to the first time was lost.
-- $1 seq, $2 claim seq, $3 started (ms)
-- Result: the seqs of those that may.
UPDATE executions e SET state = 4, started_at = CASE e.state WHEN 4 THEN e.started_at ELSE s.started_at END
FROM unnest($1::bigint[], $2::integer[], $3::bigint[]) AS s (seq, claim_seq, started_at)
WHERE e.seq = s.seq AND e.claim_seq = s.claim_seq AND e.state >= 3
RETURNING e.seq
