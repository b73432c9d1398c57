-- Deletes the logs of executions.
-- $1 executions
DELETE FROM log_chunks WHERE execution_id = ANY($1::text[])
