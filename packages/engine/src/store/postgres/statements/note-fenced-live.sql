-- Notes at live executions that attempts of them were still running when others had taken them over.
-- $1 ids, $2 the attempts of each (JSON array)
-- Result: the ids of those that were found.
UPDATE executions e SET fenced = (coalesce(e.fenced, '[]')::jsonb || f.attempts::jsonb)::text
FROM unnest($1::text[], $2::text[]) AS f (id, attempts)
WHERE e.id = f.id
RETURNING e.id
