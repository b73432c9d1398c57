-- What has ended and is not in the roll-ups yet, in the order of its end.
-- $1 behind this seq, $2 up to this seq: no lower one can come any more, $3 most rows
SELECT seq, task_seq AS "taskSeq", status, attempt, due_at + coalesce(jitter_ms, 0) AS "plannedAt", started_at AS "startedAt",
       finished_at AS "finishedAt", coalesce(earlier_ms, 0) AS "earlierMs"
FROM execution_history
WHERE seq > $1 AND seq <= $2
ORDER BY seq LIMIT $3
