-- Adds a consumer of the outbox that begins behind what there is, or changes what one wants.
-- ?1 name, ?2 kinds (JSON array), ?3 now
INSERT INTO outbox_consumers (name, kinds, read_to, created_at)
VALUES (?1, ?2, ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'happenings'), 0), ?3)
ON CONFLICT (name) DO UPDATE SET kinds = excluded.kinds
