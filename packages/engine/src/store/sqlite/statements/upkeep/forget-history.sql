-- Deletes history that is rolled up.
-- ?1 seqs (JSON array)
-- Result: the rows that were there; of each its task and the due instants that it answered.
DELETE FROM execution_history
WHERE seq IN (SELECT value FROM json_each(?1))
  AND seq <= ifnull((SELECT CAST(value AS INTEGER) FROM settings WHERE key = 'rollup_seq'), 0)
RETURNING id, ifnull(task_seq, 0) AS task, iif(schedule_id IS NULL, 0, ifnull(covers_count, 1)) AS answers,
          ifnull(covers_from, due_at) AS fromAt, due_at AS through
