-- Adds entries to the outbox, in the order given, each with the public id of its task.
-- $1 kind, $2 subject, $3 tenant, $4 at, $5 body (JSON), $6 task
INSERT INTO happenings (kind, subject, tenant_id, at, body)
SELECT f.kind, f.subject, f.tenant_id, f.at, (f.body::jsonb || jsonb_build_object('taskId', t.id))::text
FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[])
     WITH ORDINALITY AS f (kind, subject, tenant_id, at, body, task_seq, no)
LEFT JOIN tasks t ON t.seq = f.task_seq
ORDER BY f.no
