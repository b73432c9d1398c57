-- Makes the note of how far the history is in the roll-ups.
INSERT INTO settings (key, value) VALUES ('rollup_seq', '0') ON CONFLICT DO NOTHING
