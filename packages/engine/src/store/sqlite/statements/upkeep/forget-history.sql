-- Deletes history that is rolled up.
-- ?1 seqs (JSON array)
-- Result: the ids of the rows that were there.
DELETE FROM execution_history
WHERE seq IN (SELECT value FROM json_each(?1))
  AND seq <= ifnull((SELECT CAST(value AS INTEGER) FROM settings WHERE key = 'rollup_seq'), 0)
RETURNING id
