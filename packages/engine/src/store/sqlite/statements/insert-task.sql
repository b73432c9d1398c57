-- Adds a task. Refused by tasks_by_name when the name is taken.
-- ?1 id, ?2 tenant, ?3 name, ?4 group, ?5 type, ?6 tags, ?7 enabled, ?8 definition, ?9 run at start, ?10 now, ?11 by
INSERT INTO tasks (id, tenant_id, name, task_group, type, tags, enabled, version, definition, run_at_start, created_at,
                   created_by, updated_at, updated_by)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9, ?10, ?11, ?10, ?11)
