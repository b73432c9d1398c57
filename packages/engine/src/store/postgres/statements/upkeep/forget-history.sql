-- Deletes history that is rolled up, and notes what went of each task.
-- $1 seqs
-- Result: the ids of the rows that were there.
WITH gone AS (
  DELETE FROM execution_history WHERE seq = ANY($1::bigint[])
    AND seq <= coalesce((SELECT w.value::bigint FROM settings w WHERE w.key = 'rollup_seq'), 0)
  RETURNING id, task_seq, schedule_id, due_at, covers_from, covers_count
), noted AS (
  INSERT INTO pruned_history AS p (task_seq, answers, from_at, through)
  SELECT coalesce(task_seq, 0), coalesce(sum(coalesce(covers_count, 1)) FILTER (WHERE schedule_id IS NOT NULL), 0),
         min(coalesce(covers_from, due_at)), max(due_at)
  FROM gone GROUP BY 1 ORDER BY 1
  ON CONFLICT (task_seq) DO UPDATE SET answers = p.answers + excluded.answers,
    from_at = least(p.from_at, excluded.from_at), through = greatest(p.through, excluded.through)
)
SELECT id FROM gone
