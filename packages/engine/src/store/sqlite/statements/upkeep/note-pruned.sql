-- Adds to what retention has taken of a task; in the transaction that takes it.
-- ?1 task, ?2 due instants that were answered, ?3 the first and ?4 the last due instant
INSERT INTO pruned_history (task_seq, answers, from_at, through) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (task_seq) DO UPDATE SET answers = answers + excluded.answers, from_at = min(from_at, excluded.from_at),
  through = max(through, excluded.through)
