-- Deletes history that is rolled up.
-- $1 seqs
-- Result: the ids of the rows that were there.
DELETE FROM execution_history WHERE seq = ANY($1::bigint[])
  AND seq <= coalesce((SELECT w.value::bigint FROM settings w WHERE w.key = 'rollup_seq'), 0)
RETURNING id
