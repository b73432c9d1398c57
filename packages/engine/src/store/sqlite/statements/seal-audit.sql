-- Gives an entry its number and its place in the chain.
-- ?1 id, ?2 number, ?3 hash of the payload, ?4 hash
UPDATE audit SET seq = ?2, payload_hash = ?3, hash = ?4 WHERE id = ?1
