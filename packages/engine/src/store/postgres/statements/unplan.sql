-- Takes back that occurrences were planned.
-- $1 schedules, one for each occurrence
UPDATE schedules s SET planned = s.planned - u.count
FROM (SELECT id, count(*) AS count FROM unnest($1::bigint[]) AS id GROUP BY id) u
WHERE s.id = u.id
