-- Renews an instance's lease by the database's own clock: whoever asks may have none.
-- $1 id, $2 host, $3 pid, $4 version, $5 started, $6 lease (ms), $7 state, $8 running, $9 waiting
WITH clock AS (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now)
INSERT INTO instances (id, hostname, pid, version, started_at, heartbeat_at, lease_until, state, running, waiting)
SELECT $1, $2, $3, $4, $5, now, now + $6::bigint, $7, $8, $9 FROM clock
ON CONFLICT (id) DO UPDATE
SET hostname = excluded.hostname, pid = excluded.pid, version = excluded.version, started_at = excluded.started_at,
    heartbeat_at = excluded.heartbeat_at, lease_until = excluded.lease_until, state = excluded.state,
    running = excluded.running, waiting = excluded.waiting
