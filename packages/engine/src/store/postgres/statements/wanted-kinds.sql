-- The kinds of happenings that consumers want.
SELECT DISTINCT k.kind FROM outbox_consumers c, json_array_elements_text(c.kinds::json) AS k (kind)
