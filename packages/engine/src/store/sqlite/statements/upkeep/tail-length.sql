-- About how many rows are not in the roll-ups yet: deleted ones among them count too.
SELECT ifnull((SELECT max(seq) FROM execution_history), 0)
     - ifnull((SELECT CAST(value AS INTEGER) FROM settings WHERE key = 'rollup_seq'), 0) AS length
