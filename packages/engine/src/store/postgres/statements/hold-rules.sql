-- The ids of rules, which are kept from being swept away until the transaction ends.
-- $1 digests
SELECT id, digest FROM schedule_rules WHERE digest = ANY($1::text[]) ORDER BY id FOR KEY SHARE
