-- Adds starts to their journal.
-- ?1 row, claim and instant (ms) of each, one after the other (JSON array)
INSERT INTO starts (begun) VALUES (?1)
