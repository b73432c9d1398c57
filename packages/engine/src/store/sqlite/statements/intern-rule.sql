-- The id of a rule, made if need be.
-- ?1 body
INSERT INTO schedule_rules (body) VALUES (?1)
ON CONFLICT (body) DO UPDATE SET body = body
RETURNING id
