-- The latest due instant of a schedule that is answered although it lies in the future.
-- ?1 schedule, ?2 task, ?3 now
-- Result: answered, null for none.
SELECT max(due_at) AS answered FROM (
  SELECT due_at FROM executions WHERE schedule_id = ?1 AND due_at > ?3
  UNION ALL
  SELECT due_at FROM execution_history WHERE task_seq = ?2 AND due_at > ?3 AND schedule_id = ?1
)
