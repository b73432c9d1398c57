-- Nodes, as far as they are kept for good; what changes by the second is hot state. `facts` is what the node said of
-- itself, as JSON; `state_term` the term of the leader that judged it last. One that was removed keeps its row, so that
-- its key is known to be over. `changed_at` grows with every change but `last_seen_at`, by which others follow.
CREATE TABLE nodes (
  id               TEXT PRIMARY KEY,
  tenant_id        TEXT,
  facts            TEXT NOT NULL,
  epoch            INTEGER NOT NULL,
  draining         INTEGER NOT NULL,
  state            TEXT NOT NULL,
  state_reason     TEXT NOT NULL,
  state_at         INTEGER NOT NULL,
  state_term       INTEGER NOT NULL,
  key_hash         TEXT,
  earlier_key_hash TEXT,
  key_at           INTEGER,
  registered_at    INTEGER NOT NULL,
  last_seen_at     INTEGER NOT NULL,
  changed_at       INTEGER NOT NULL,
  removed_at       INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX nodes_by_change ON nodes (changed_at);
CREATE INDEX nodes_by_key ON nodes (key_hash) WHERE key_hash IS NOT NULL;
CREATE INDEX nodes_by_earlier_key ON nodes (earlier_key_hash) WHERE earlier_key_hash IS NOT NULL;

-- Each change of a node's state, and why. `actor`: whoever did it; null for Rota itself.
CREATE TABLE node_events (
  id         TEXT PRIMARY KEY,
  node_id    TEXT NOT NULL,
  tenant_id  TEXT,
  at         INTEGER NOT NULL,
  from_state TEXT,
  to_state   TEXT NOT NULL,
  reason     TEXT NOT NULL,
  actor      TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX node_events_by_node ON node_events (node_id, id);

-- How much nodes had to do, for charts. Shares are 0 to 1, null where not known.
CREATE TABLE node_load (
  node_id   TEXT NOT NULL,
  at        INTEGER NOT NULL,
  tenant_id TEXT,
  cpu       REAL,
  memory    REAL,
  disk      REAL,
  gpu       REAL,
  running   INTEGER NOT NULL,
  PRIMARY KEY (node_id, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX node_load_by_age ON node_load (at);

-- Sets of nodes. Names are unique over all tenants: they stand in keys. `members`: ids as JSON, of those made by hand.
CREATE TABLE pools (
  name         TEXT PRIMARY KEY,
  tenant_id    TEXT,
  origin       TEXT NOT NULL,
  description  TEXT NOT NULL,
  selector     TEXT,
  members      TEXT NOT NULL,
  requires_gpu INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  empty_since  INTEGER
) STRICT, WITHOUT ROWID;

-- What a leader has published of pools, the last versions, each with its term. Holds the pools of all tenants, whence
-- `tenant_id` is null.
CREATE TABLE pool_versions (
  version   INTEGER PRIMARY KEY,
  tenant_id TEXT,
  term      INTEGER NOT NULL,
  body      TEXT NOT NULL,
  at        INTEGER NOT NULL,
  instance  TEXT NOT NULL
) STRICT;

-- Credentials with which nodes join; of each its SHA-256. `uses_left` is null where it may be used any number of times.
CREATE TABLE node_joins (
  id         TEXT PRIMARY KEY,
  tenant_id  TEXT,
  hash       TEXT NOT NULL,
  name       TEXT NOT NULL,
  pools      TEXT NOT NULL,
  labels     TEXT NOT NULL,
  uses_left  INTEGER,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX node_joins_by_hash ON node_joins (hash);
