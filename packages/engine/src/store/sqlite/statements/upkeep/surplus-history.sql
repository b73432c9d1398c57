-- History that need not be kept: beyond the newest ?2 of a task, or older than ?4 and beyond the newest ?3.
-- A task's last failure stays, and so does what is not rolled up yet.
-- A row may come twice. CROSS JOIN keeps SQLite from reading through the history instead.
-- ?1 tasks (JSON array), ?2 rows kept at most, ?3 rows kept however old, ?4 instant, ?5 most rows
WITH bounds AS MATERIALIZED (
  SELECT t.value AS task_seq,
         (SELECT c.seq FROM execution_history c WHERE c.task_seq = t.value
          ORDER BY c.due_at DESC, c.seq DESC LIMIT 1 OFFSET ?2) AS surplus,
         (SELECT c.seq FROM execution_history c WHERE c.task_seq = t.value
          ORDER BY c.due_at DESC, c.seq DESC LIMIT 1 OFFSET ?3) AS aged
  FROM json_each(?1) t
), candidates AS (
  SELECT h.seq FROM bounds
  JOIN execution_history b ON b.seq = bounds.surplus
  JOIN execution_history h ON h.task_seq = bounds.task_seq AND h.due_at <= b.due_at
  WHERE h.due_at < b.due_at OR h.seq <= b.seq
  UNION ALL
  SELECT h.seq FROM bounds
  JOIN execution_history b ON b.seq = bounds.aged
  JOIN execution_history h ON h.task_seq = bounds.task_seq AND h.due_at <= min(b.due_at, ?4)
  WHERE (h.due_at < b.due_at OR h.seq <= b.seq) AND h.finished_at < ?4
)
SELECT h.seq FROM candidates CROSS JOIN execution_history h ON h.seq = candidates.seq
WHERE h.seq <= ifnull((SELECT CAST(value AS INTEGER) FROM settings WHERE key = 'rollup_seq'), 0)
  AND NOT (h.status = 'failed' AND NOT EXISTS (
    SELECT 1 FROM execution_history n WHERE n.task_seq = h.task_seq AND n.due_at >= h.due_at AND n.status = 'failed'
      AND (n.due_at > h.due_at OR n.seq > h.seq)))
LIMIT ?5
