-- Makes rules that are not there yet.
-- $1 digests, $2 bodies
INSERT INTO schedule_rules (digest, body)
SELECT r.digest, r.body FROM unnest($1::text[], $2::text[]) AS r (digest, body)
WHERE NOT EXISTS (SELECT 1 FROM schedule_rules s WHERE s.digest = r.digest)
ORDER BY r.digest
ON CONFLICT DO NOTHING
