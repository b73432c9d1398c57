-- Gives entries that are committed the next numbers, in the order in which they were written. One at a time does so:
-- whoever does not get the lock leaves it to the other.
-- $1 entries at most
-- Result: how many got one.
WITH fresh AS MATERIALIZED (
  SELECT entry FROM happenings WHERE seq IS NULL ORDER BY entry LIMIT $1
), numbered AS MATERIALIZED (
  SELECT entry, nextval('happening_numbers') AS number FROM fresh ORDER BY entry
), done AS (
  UPDATE happenings h SET seq = n.number FROM numbered n WHERE h.entry = n.entry RETURNING 1
)
SELECT count(*)::integer AS count FROM done
