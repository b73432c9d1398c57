-- Adds consecutive lines, one attempt each.
-- $1 executions, $2 numbers of the first lines, $3 how many numbers they cover, $4 attempts, $5 bit masks of streams,
-- $6 bytes before compression, $7 codecs, $8 bodies, $9 now
INSERT INTO log_chunks (execution_id, first_no, lines, attempt, streams, raw_bytes, codec, body, written_at)
SELECT c.*, $9::bigint
FROM unnest($1::text[], $2::bigint[], $3::integer[], $4::integer[], $5::smallint[], $6::integer[], $7::smallint[],
            $8::bytea[]) AS c
