-- Chunks that begin before line $2, last to first.
-- $1 execution, $2 line number, $3 most chunks
SELECT first_no, lines, attempt, streams, raw_bytes, codec, body FROM log_chunks
WHERE execution_id = $1 AND first_no < $2
ORDER BY first_no DESC
LIMIT $3
