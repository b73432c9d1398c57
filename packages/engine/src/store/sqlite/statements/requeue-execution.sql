-- Sends a claimed row back to the ready ones, its attempt unspent.
-- ?1 seq, ?2 1 when its instance died with it
UPDATE executions SET state = 1, claimed_by = NULL, admitted = 0, started_at = NULL, deaths = deaths + ?2 WHERE seq = ?1
