-- Adds a schedule to a task.
-- ?1 task, ?2 ordinal, ?3 rule, ?4 cursor or null
INSERT INTO schedules (task_seq, ordinal, rule_id, next_due_at) VALUES (?1, ?2, ?3, ?4)
