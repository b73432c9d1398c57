-- Notes that attempts start on nodes; once more when the answer to the first time was lost.
-- $1 seq, $2 claim seq, $3 started (ms), $4 node id, $5 placement (JSON)
-- Result: the seqs of those that may.
UPDATE executions e SET state = 4, started_at = CASE e.state WHEN 4 THEN e.started_at ELSE s.started_at END,
       node_id = s.node_id, placement = s.placement
FROM unnest($1::bigint[], $2::integer[], $3::bigint[], $4::text[], $5::text[])
     AS s (seq, claim_seq, started_at, node_id, placement)
WHERE e.seq = s.seq AND e.claim_seq = s.claim_seq AND e.state >= 3
RETURNING e.seq
