-- Histograms of roll-ups.
-- $1 tasks, $2 hours
SELECT r.task_seq AS task, r.hour, r.durations, r.latenesses
FROM unnest($1::bigint[], $2::bigint[]) AS k (task, hour) JOIN execution_rollups r ON r.task_seq = k.task AND r.hour = k.hour
