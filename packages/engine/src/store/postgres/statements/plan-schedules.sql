-- Moves cursors that still stand where the plan was made from, of tasks that are unchanged, and writes the executions
-- and answers of these schedules alone. The schedules are locked, by a statement before this one. `IS TRUE` makes
-- PostgreSQL look schedules up in a hash of those that were moved, whatever it expects of their number.
-- Schedules: $1 id, $2 expected cursor, $3 new cursor or null, $4 highest due instant answered, $5 occurrences planned,
-- $6 expected version of the task
-- Executions: $7 id, $8 tenant, $9 task, $10 task version, $11 schedule, $12 trigger, $13 requested by, $14 due,
-- $15 run at, $16 rank, $17 state, $18 priority, $19 created, $20 overlap, $21 task max, $22 keys, $23 job,
-- $24 covers from, $25 covers count, $26 jitter ms, $27 skip after, $28 merge after
-- Answers: $29 id, $30 tenant, $31 task, $32 task version, $33 schedule, $34 reason, $35 last due, $36 first due,
-- $37 count, $38 at
-- Result: the schedules that were moved.
WITH moved AS (
  UPDATE schedules s
  SET next_due_at = p.next, last_due_at = greatest(coalesce(s.last_due_at, 0), p.last), planned = s.planned + p.count
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::integer[])
       AS p (id, expected, next, last, count, version)
  WHERE s.id = p.id AND s.next_due_at = p.expected AND (SELECT t.version FROM tasks t WHERE t.seq = s.task_seq) = p.version
  RETURNING s.id
), added AS (
  INSERT INTO executions (id, tenant_id, task_seq, task_version, schedule_id, trigger, requested_by, due_at, run_at, rank,
                          state, priority, created_at, overlap, task_max, keys, job, covers_from, covers_count,
                          jitter_ms, skip_after, merge_after)
  SELECT r.*
  FROM unnest($7::text[], $8::text[], $9::bigint[], $10::integer[], $11::bigint[], $12::text[], $13::text[],
              $14::bigint[], $15::bigint[], $16::bigint[], $17::smallint[], $18::integer[], $19::bigint[], $20::text[],
              $21::integer[], $22::text[], $23::json[], $24::bigint[], $25::bigint[], $26::bigint[], $27::bigint[],
              $28::bigint[])
       AS r (id, tenant_id, task_seq, task_version, schedule_id, trigger, requested_by, due_at, run_at, rank,
             state, priority, created_at, overlap, task_max, keys, job, covers_from, covers_count, jitter_ms, skip_after,
             merge_after)
  WHERE (r.schedule_id IN (SELECT id FROM moved)) IS TRUE
), answered AS (
  INSERT INTO execution_history (id, tenant_id, task_seq, task_version, schedule_id, trigger, status, reason, due_at,
                                 created_at, finished_at, attempt, priority, covers_from, covers_count)
  SELECT a.id, a.tenant_id, a.task_seq, a.task_version, a.schedule_id, 'schedule', 'skipped', a.reason, a.due_at,
         a.at, a.at, 0, 0, a.covers_from, a.covers_count
  FROM unnest($29::text[], $30::text[], $31::bigint[], $32::integer[], $33::bigint[], $34::text[], $35::bigint[],
              $36::bigint[], $37::bigint[], $38::bigint[])
       AS a (id, tenant_id, task_seq, task_version, schedule_id, reason, due_at, covers_from, covers_count, at)
  WHERE (a.schedule_id IN (SELECT id FROM moved)) IS TRUE
)
SELECT id FROM moved
