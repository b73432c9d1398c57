-- Nodes, as far as they are kept for good; what changes by the second is hot state. `facts` is what the node said of
-- itself, as JSON; `state_term` the term of the leader that judged it last. One that was removed keeps its row, so that
-- its key is known to be over. `changed_at` grows with every change but `last_seen_at`, by which others follow.
CREATE TABLE nodes (
  id               TEXT COLLATE "C" PRIMARY KEY,
  tenant_id        TEXT COLLATE "C",
  facts            TEXT NOT NULL,
  epoch            BIGINT NOT NULL,
  draining         BIGINT NOT NULL,
  state            TEXT NOT NULL,
  state_reason     TEXT NOT NULL,
  state_at         BIGINT NOT NULL,
  state_term       BIGINT NOT NULL,
  key_hash         TEXT COLLATE "C",
  earlier_key_hash TEXT COLLATE "C",
  key_at           BIGINT,
  registered_at    BIGINT NOT NULL,
  last_seen_at     BIGINT NOT NULL,
  changed_at       BIGINT NOT NULL,
  removed_at       BIGINT
);
CREATE INDEX nodes_by_change ON nodes (changed_at);
CREATE INDEX nodes_by_key ON nodes (key_hash) WHERE key_hash IS NOT NULL;
CREATE INDEX nodes_by_earlier_key ON nodes (earlier_key_hash) WHERE earlier_key_hash IS NOT NULL;

-- Each change of a node's state, and why. `actor`: whoever did it; null for Rota itself.
CREATE TABLE node_events (
  id         TEXT COLLATE "C" PRIMARY KEY,
  node_id    TEXT COLLATE "C" NOT NULL,
  tenant_id  TEXT COLLATE "C",
  at         BIGINT NOT NULL,
  from_state TEXT,
  to_state   TEXT NOT NULL,
  reason     TEXT NOT NULL,
  actor      TEXT
);
CREATE INDEX node_events_by_node ON node_events (node_id, id);

-- How much nodes had to do, for charts. Shares are 0 to 1, null where not known.
CREATE TABLE node_load (
  node_id   TEXT COLLATE "C" NOT NULL,
  at        BIGINT NOT NULL,
  tenant_id TEXT COLLATE "C",
  cpu       DOUBLE PRECISION,
  memory    DOUBLE PRECISION,
  disk      DOUBLE PRECISION,
  gpu       DOUBLE PRECISION,
  running   BIGINT NOT NULL,
  PRIMARY KEY (node_id, at)
);
CREATE INDEX node_load_by_age ON node_load (at);

-- Sets of nodes. Names are unique over all tenants: they stand in keys. `members`: ids as JSON, of those made by hand.
CREATE TABLE pools (
  name         TEXT COLLATE "C" PRIMARY KEY,
  tenant_id    TEXT COLLATE "C",
  origin       TEXT NOT NULL,
  description  TEXT NOT NULL,
  selector     TEXT,
  members      TEXT NOT NULL,
  requires_gpu BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL,
  empty_since  BIGINT
);

-- What a leader has published of pools, the last versions, each with its term. Holds the pools of all tenants, whence
-- `tenant_id` is null.
CREATE TABLE pool_versions (
  version   BIGINT PRIMARY KEY,
  tenant_id TEXT COLLATE "C",
  term      BIGINT NOT NULL,
  body      TEXT NOT NULL,
  at        BIGINT NOT NULL,
  instance  TEXT NOT NULL
);

-- Credentials with which nodes join; of each its SHA-256. `uses_left` is null where it may be used any number of times.
CREATE TABLE node_joins (
  id         TEXT COLLATE "C" PRIMARY KEY,
  tenant_id  TEXT COLLATE "C",
  hash       TEXT COLLATE "C" NOT NULL,
  name       TEXT COLLATE "C" NOT NULL,
  pools      TEXT NOT NULL,
  labels     TEXT NOT NULL,
  uses_left  BIGINT,
  expires_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT
);
CREATE UNIQUE INDEX node_joins_by_hash ON node_joins (hash);
