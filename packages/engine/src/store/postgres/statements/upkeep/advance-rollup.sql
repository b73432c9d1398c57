-- Notes up to where the history is in the roll-ups; in the transaction that adds it to them.
-- $1 seq
UPDATE settings SET value = $1::bigint::text WHERE key = 'rollup_seq'
