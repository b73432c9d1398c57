-- Notes that a claimed row holds its slots.
-- ?1 seq
UPDATE executions SET admitted = 1 WHERE seq = ?1
