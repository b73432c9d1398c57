-- Moves a schedule's cursor, if it still stands where the plan was made from and the task is unchanged.
-- ?1 schedule, ?2 expected cursor, ?3 new cursor or null, ?4 highest due instant answered, ?5 occurrences planned,
-- ?6 expected version of the task
-- Result: one changed row, or none when another planner or a change of the task was there first.
UPDATE schedules
SET next_due_at = ?3, last_due_at = max(ifnull(last_due_at, 0), ?4), planned = planned + ?5
WHERE id = ?1 AND next_due_at = ?2 AND (SELECT version FROM tasks WHERE seq = task_seq) = ?6
