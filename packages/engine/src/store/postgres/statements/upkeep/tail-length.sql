-- About how many rows are not in the roll-ups yet: deleted ones among them count too.
SELECT greatest(coalesce((SELECT h.seq FROM execution_history h ORDER BY h.seq DESC LIMIT 1), 0)
     - coalesce((SELECT w.value::bigint FROM settings w WHERE w.key = 'rollup_seq'), 0), 0) AS length
