-- Adds consecutive lines of one attempt.
-- ?1 execution, ?2 number of the first line, ?3 how many numbers it covers, ?4 attempt, ?5 bit mask of streams, ?6 bytes before
-- compression, ?7 codec, ?8 body
INSERT INTO log_chunks (execution_id, first_no, lines, attempt, streams, raw_bytes, codec, body)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
