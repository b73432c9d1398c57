-- Chunks that hold line $2 or later ones, first to last.
-- $1 execution, $2 line number, $3 most chunks
SELECT first_no, lines, attempt, streams, raw_bytes, codec, body FROM log_chunks
WHERE execution_id = $1
  AND first_no >= coalesce((SELECT max(first_no) FROM log_chunks WHERE execution_id = $1 AND first_no <= $2), 0)
ORDER BY first_no
LIMIT $3
