-- History that need not be kept: beyond the newest $2 of a task (null: no limit), or older than $4 and beyond the newest
-- $3. A task's last failure stays, and so does what is not rolled up yet. A row may come twice.
-- $1 tasks, $2 rows kept at most, $3 rows kept however old, $4 instant, $5 most rows
WITH bounds AS MATERIALIZED (
  SELECT t.seq AS task_seq, surplus.seq AS surplus, surplus.due_at AS surplus_due, aged.seq AS aged, aged.due_at AS aged_due
  FROM unnest($1::bigint[]) AS t (seq)
  LEFT JOIN LATERAL (SELECT c.seq, c.due_at FROM execution_history c WHERE c.task_seq = t.seq AND $2::bigint IS NOT NULL
                     ORDER BY c.due_at DESC, c.seq DESC LIMIT 1 OFFSET coalesce($2::bigint, 0)) surplus ON true
  LEFT JOIN LATERAL (SELECT c.seq, c.due_at FROM execution_history c WHERE c.task_seq = t.seq
                     ORDER BY c.due_at DESC, c.seq DESC LIMIT 1 OFFSET $3::bigint) aged ON true
), candidates AS (
  SELECT h.seq, h.task_seq, h.due_at, h.status FROM bounds b
  JOIN execution_history h ON h.task_seq = b.task_seq AND h.due_at <= b.surplus_due
  WHERE h.due_at < b.surplus_due OR h.seq <= b.surplus
  UNION ALL
  SELECT h.seq, h.task_seq, h.due_at, h.status FROM bounds b
  JOIN execution_history h ON h.task_seq = b.task_seq AND h.due_at <= least(b.aged_due, $4::bigint)
  WHERE b.aged IS NOT NULL AND (h.due_at < b.aged_due OR h.seq <= b.aged) AND h.finished_at < $4::bigint
)
SELECT h.seq FROM candidates h
WHERE h.seq <= coalesce((SELECT w.value::bigint FROM settings w WHERE w.key = 'rollup_seq'), 0)
  AND NOT (h.status = 'failed' AND NOT EXISTS (
    SELECT 1 FROM execution_history n WHERE n.task_seq = h.task_seq AND n.due_at >= h.due_at AND n.status = 'failed'
      AND (n.due_at > h.due_at OR n.seq > h.seq)))
LIMIT $5
