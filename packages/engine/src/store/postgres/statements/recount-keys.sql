-- Recomputes what is held of locked keys from the rows that hold them: the counters are a cache.
WITH holders AS MATERIALIZED (
  SELECT k.key, count(*) AS held
  FROM executions e CROSS JOIN LATERAL json_array_elements_text(e.keys::json) AS k (key)
  WHERE e.claimed_by IS NOT NULL AND e.admitted = 1 AND e.keys IS NOT NULL
  GROUP BY k.key
)
UPDATE concurrency_keys c SET held = coalesce((SELECT h.held FROM holders h WHERE h.key = c.key), 0)
WHERE c.held <> coalesce((SELECT h.held FROM holders h WHERE h.key = c.key), 0)
