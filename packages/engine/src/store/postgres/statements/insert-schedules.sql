-- Adds schedules to tasks.
-- $1 task, $2 ordinal, $3 rule, $4 cursor or null
INSERT INTO schedules (task_seq, ordinal, rule_id, next_due_at)
SELECT * FROM unnest($1::bigint[], $2::integer[], $3::bigint[], $4::bigint[])
