-- Takes slots of locked concurrency keys, or gives them back.
-- $1 keys, $2 slots, negative to give back
UPDATE concurrency_keys k SET held = greatest(k.held + c.change, 0)
FROM unnest($1::text[], $2::integer[]) AS c (key, change)
WHERE k.key = c.key
