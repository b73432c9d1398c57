-- Answers due instants that got no execution of their own.
-- $1 id, $2 tenant, $3 task, $4 task version, $5 schedule, $6 reason, $7 last due, $8 first due, $9 count, $10 at
INSERT INTO execution_history (id, tenant_id, task_seq, task_version, schedule_id, trigger, status, reason, due_at,
                               created_at, finished_at, attempt, priority, covers_from, covers_count)
SELECT a.id, a.tenant_id, a.task_seq, a.task_version, a.schedule_id, 'schedule', 'skipped', a.reason, a.due_at,
       a.at, a.at, 0, 0, a.covers_from, a.covers_count
FROM unnest($1::text[], $2::text[], $3::bigint[], $4::integer[], $5::bigint[], $6::text[], $7::bigint[], $8::bigint[],
            $9::bigint[], $10::bigint[])
     AS a (id, tenant_id, task_seq, task_version, schedule_id, reason, due_at, covers_from, covers_count, at)
