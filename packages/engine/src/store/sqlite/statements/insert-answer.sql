-- Answers due instants that got no execution of their own.
-- ?1 id, ?2 tenant, ?3 task, ?4 task version, ?5 schedule, ?6 reason, ?7 last due, ?8 first due, ?9 count, ?10 now
INSERT INTO execution_history (id, tenant_id, task_seq, task_version, schedule_id, trigger, status, reason, due_at,
                               created_at, finished_at, attempt, priority, covers_from, covers_count)
VALUES (?1, ?2, ?3, ?4, ?5, 'schedule', 'skipped', ?6, ?7, ?10, ?10, 0, 0, ?8, ?9)
