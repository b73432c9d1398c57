-- Adds an entry to the outbox.
-- ?1 kind, ?2 subject, ?3 tenant, ?4 at, ?5 body (JSON)
INSERT INTO happenings (kind, subject, tenant_id, at, body) VALUES (?1, ?2, ?3, ?4, ?5)
