-- Sends a claimed row back to the ready ones, its attempt unspent.
-- ?1 seq, ?2 1 when its instance died with it
UPDATE executions
SET state = 1, claimed_by = NULL, admitted = 0, started_at = NULL, node_id = NULL, placement = NULL, deaths = deaths + ?2,
    -- It had its slot and may have run: now it waits for one instead of being skipped.
    overlap = CASE WHEN ?2 = 1 AND admitted = 1 AND overlap = 'skip' THEN 'queue' ELSE overlap END,
    skip_after = CASE WHEN ?2 = 1 AND admitted = 1 AND (overlap <> 'allow' OR keys IS NOT NULL) THEN NULL ELSE skip_after END,
    merge_after = CASE WHEN ?2 = 1 AND admitted = 1 AND (overlap <> 'allow' OR keys IS NOT NULL) THEN NULL ELSE merge_after END
WHERE seq = ?1
