-- Sends an execution back for its next attempt.
-- ?1 seq, ?2 state, ?3 run at, ?4 rank, ?5 attempts so far (JSON), ?6 1 when its instance died with it,
-- ?7 how long those ran in ms
UPDATE executions
SET state = ?2, run_at = ?3, rank = ?4, attempts = ?5, attempt = attempt + 1, claimed_by = NULL, admitted = 0, started_at = NULL, node_id = NULL, placement = NULL,
    earlier_ms = ?7, deaths = deaths + ?6, skip_after = NULL, merge_after = NULL
WHERE seq = ?1
