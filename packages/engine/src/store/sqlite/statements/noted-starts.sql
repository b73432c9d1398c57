-- The journal of starts, oldest first.
SELECT begun FROM starts ORDER BY id
