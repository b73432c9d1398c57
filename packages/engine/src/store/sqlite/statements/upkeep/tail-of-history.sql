-- What has ended and is not in the roll-ups yet, in the order of its end.
-- ?1 most rows
SELECT seq, task_seq AS taskSeq, status, attempt, due_at + coalesce(jitter_ms, 0) AS plannedAt, started_at AS startedAt,
       finished_at AS finishedAt, ifnull(earlier_ms, 0) AS earlierMs
FROM execution_history
WHERE seq > ifnull((SELECT CAST(value AS INTEGER) FROM settings WHERE key = 'rollup_seq'), 0)
ORDER BY seq LIMIT ?1
