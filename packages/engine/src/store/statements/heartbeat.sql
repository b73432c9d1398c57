-- Renews an instance's lease.
-- $1 id, $2 host, $3 pid, $4 version, $5 started, $6 now, $7 lease until, $8 state, $9 running, $10 waiting
INSERT INTO instances (id, hostname, pid, version, started_at, heartbeat_at, lease_until, state, running, waiting)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (id) DO UPDATE
SET hostname = excluded.hostname, pid = excluded.pid, version = excluded.version, started_at = excluded.started_at,
    heartbeat_at = excluded.heartbeat_at, lease_until = excluded.lease_until, state = excluded.state,
    running = excluded.running, waiting = excluded.waiting
