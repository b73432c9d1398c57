-- Adds tasks, but for those whose name or id is taken, also by one before them.
-- $1 id, $2 tenant, $3 name, $4 group, $5 type, $6 tags, $7 enabled, $8 definition, $9 run at start, $10 created, $11 by
-- Result: the key of each that was added.
INSERT INTO tasks (id, tenant_id, name, task_group, type, tags, enabled, version, definition, run_at_start, created_at,
                   created_by, updated_at, updated_by)
SELECT n.id, n.tenant_id, n.name, n.task_group, n.type, n.tags, n.enabled, 1, n.definition, n.run_at_start, n.at, n.by,
       n.at, n.by
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::smallint[], $8::json[],
            $9::smallint[], $10::bigint[], $11::text[]) WITH ORDINALITY
     AS n (id, tenant_id, name, task_group, type, tags, enabled, definition, run_at_start, at, by, place)
ORDER BY n.place
ON CONFLICT DO NOTHING
RETURNING id, seq
