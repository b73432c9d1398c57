-- Notes that attempts are under way.
-- $1 seq, $2 claim seq, $3 started (ms)
UPDATE executions e SET state = 4, started_at = s.started_at
FROM unnest($1::bigint[], $2::integer[], $3::bigint[]) AS s (seq, claim_seq, started_at)
WHERE e.seq = s.seq AND e.claim_seq = s.claim_seq AND e.state = 3
