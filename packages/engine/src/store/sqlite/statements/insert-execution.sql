-- Adds a live execution. Refused by executions_once when its due instant has a live row already.
-- ?1 id, ?2 tenant, ?3 task, ?4 task version, ?5 schedule, ?6 trigger, ?7 requested by, ?8 due, ?9 run at, ?10 rank,
-- ?11 state, ?12 priority, ?13 created, ?14 overlap, ?15 task max, ?16 keys, ?17 job, ?18 covers from, ?19 covers count,
-- ?20 jitter ms, ?21 skip after, ?22 merge after
INSERT INTO executions (id, tenant_id, task_seq, task_version, schedule_id, trigger, requested_by, due_at, run_at, rank,
                        state, priority, created_at, overlap, task_max, keys, job, covers_from, covers_count,
                        jitter_ms, skip_after, merge_after)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
        ?22)
