-- Makes an instance known that has not been heard of: without a lease, until its first heartbeat.
-- $1 id
INSERT INTO instances (id, hostname, pid, version, started_at, heartbeat_at, lease_until)
VALUES ($1, '', 0, '', 0, 0, 0)
ON CONFLICT (id) DO NOTHING
