-- Notes up to where the history is in the roll-ups; in the transaction that adds it to them.
-- ?1 seq
INSERT INTO settings (key, value) VALUES ('rollup_seq', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value
