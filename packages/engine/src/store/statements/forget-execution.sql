-- Deletes a finished execution.
-- $1 id
-- Result: one row, or none when there is none.
DELETE FROM execution_history WHERE id = $1 RETURNING id
