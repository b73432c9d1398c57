-- Gives entries their numbers and their places in the chain.
-- $1 entry, $2 number, $3 hash of the payload, $4 hash
UPDATE audit a SET seq = s.seq, payload_hash = s.payload_hash, hash = s.hash
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) AS s (entry, seq, payload_hash, hash)
WHERE a.entry = s.entry
