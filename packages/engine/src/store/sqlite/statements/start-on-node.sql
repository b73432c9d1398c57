-- Notes that an attempt starts on a node; once more when the answer to the first time was lost.
-- ?1 seq, ?2 claim seq, ?3 started (ms), ?4 node id, ?5 placement (JSON)
UPDATE executions SET state = 4, started_at = iif(state = 4, ifnull(started_at, ?3), ?3), node_id = ?4, placement = ?5
WHERE seq = ?1 AND claim_seq = ?2 AND state >= 3
