-- Keeps what is known in the end of how an execution was placed.
-- ?1 seq, ?2 placement (JSON)
UPDATE executions SET placement = ?2 WHERE seq = ?1
