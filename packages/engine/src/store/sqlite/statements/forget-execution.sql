-- Deletes a finished execution.
-- ?1 id
DELETE FROM execution_history WHERE id = ?1
