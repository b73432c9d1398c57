-- Tasks in order, and what they say about their history.
-- $1 behind this task, $2 most rows
SELECT seq, (definition -> 'retention' ->> 'days')::float8 AS days, (definition -> 'retention' ->> 'count')::float8 AS count
FROM tasks WHERE seq > $1 ORDER BY seq LIMIT $2
