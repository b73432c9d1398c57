-- Keeps others from planning some schedules, and their tasks from being changed: whoever changes a task locks its
-- schedules first.
-- $1 schedules
SELECT id FROM schedules WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE
