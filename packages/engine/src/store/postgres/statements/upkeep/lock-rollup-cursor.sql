-- How far the history is in the roll-ups; locked, so that one instance at a time goes on with it.
SELECT value::bigint AS seq FROM settings WHERE key = 'rollup_seq' FOR UPDATE
