-- Entries that are committed and not sealed, in the order in which they were written.
-- $1 at most
SELECT entry, at, tenant_id AS "tenantId", actor, user_id AS "userId", credential, address, request_id AS "requestId", kind,
       subject_id AS "subjectId", subject_name AS "subjectName", action, outcome, payload
FROM audit WHERE seq IS NULL ORDER BY entry LIMIT $1
