-- Adds a consumer of the outbox that begins behind what is numbered, or changes what one wants.
-- $1 name, $2 kinds (JSON array), $3 now
INSERT INTO outbox_consumers (name, kinds, read_to, created_at)
SELECT $1, $2, CASE WHEN is_called THEN last_value ELSE 0 END, $3 FROM happening_numbers
ON CONFLICT (name) DO UPDATE SET kinds = excluded.kinds
