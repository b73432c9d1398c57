-- Sends a claimed row back to the ready ones, its attempt unspent.
-- ?1 seq
UPDATE executions SET state = 1, claimed_by = NULL, admitted = 0, started_at = NULL WHERE seq = ?1
