-- Adds live executions. Refused by executions_once when a due instant has a live row already.
-- $1 id, $2 tenant, $3 task, $4 task version, $5 schedule, $6 trigger, $7 requested by, $8 due, $9 run at, $10 rank,
-- $11 state, $12 priority, $13 created, $14 overlap, $15 task max, $16 keys, $17 job, $18 covers from, $19 covers count
INSERT INTO executions (id, tenant_id, task_seq, task_version, schedule_id, trigger, requested_by, due_at, run_at, rank,
                        state, priority, created_at, overlap, task_max, keys, job, covers_from, covers_count)
SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::integer[], $5::bigint[], $6::text[], $7::text[],
                     $8::bigint[], $9::bigint[], $10::bigint[], $11::smallint[], $12::integer[], $13::bigint[],
                     $14::text[], $15::integer[], $16::text[], $17::json[], $18::bigint[], $19::bigint[])
