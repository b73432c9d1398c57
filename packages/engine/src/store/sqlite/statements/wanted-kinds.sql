-- The kinds of happenings that consumers want.
SELECT DISTINCT k.value AS kind FROM outbox_consumers c, json_each(c.kinds) k
