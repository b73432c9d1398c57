-- Counts occurrences of schedules that were planned, or takes them back.
-- $1 schedules, one for each occurrence, $2 1, or -1 to take them back
UPDATE schedules s SET planned = s.planned + $2 * u.count
FROM (SELECT id, count(*) AS count FROM unnest($1::bigint[]) AS id GROUP BY id) u
WHERE s.id = u.id
