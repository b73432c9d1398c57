-- Entries behind the last that is sealed; they are sealed in the order in which they were written.
-- ?1 id of the last sealed one, ?2 at most
SELECT id, at, tenant_id AS tenantId, actor, user_id AS userId, credential, address, request_id AS requestId, kind,
       subject_id AS subjectId, subject_name AS subjectName, action, outcome, payload
FROM audit WHERE id > ?1 ORDER BY id LIMIT ?2 + 0
