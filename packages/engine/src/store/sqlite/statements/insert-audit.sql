-- Adds an entry to the audit, behind the last.
-- ?1 at, ?2 tenant, ?3 actor, ?4 user, ?5 credential, ?6 address, ?7 request, ?8 kind, ?9 subject, ?10 its name,
-- ?11 action, ?12 outcome, ?13 payload, ?14 number, ?15 hash of the payload, ?16 hash
INSERT INTO audit (at, tenant_id, actor, user_id, credential, address, request_id, kind, subject_id, subject_name, action,
                   outcome, payload, seq, payload_hash, hash)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
