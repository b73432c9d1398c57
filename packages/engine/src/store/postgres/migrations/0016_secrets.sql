-- Values that tasks refer to by name. `tenant_id` is null for what belongs to none; `version` is the one that is used.
CREATE TABLE secrets (
  id          TEXT COLLATE "C" PRIMARY KEY,
  tenant_id   TEXT COLLATE "C",
  name        TEXT COLLATE "C" NOT NULL,
  description TEXT NOT NULL,
  version     BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  created_by  TEXT,
  updated_at  BIGINT NOT NULL,
  updated_by  TEXT
);
CREATE UNIQUE INDEX secrets_by_name ON secrets (coalesce(tenant_id, ''), name);

-- `sealed` is the value under a key of its own, `wrapped` that key under the one of `key_id`, which is not kept here.
CREATE TABLE secret_versions (
  secret_id  TEXT COLLATE "C" NOT NULL,
  version    BIGINT NOT NULL,
  key_id     TEXT COLLATE "C" NOT NULL,
  wrapped    TEXT NOT NULL,
  sealed     TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT,
  PRIMARY KEY (secret_id, version)
);
CREATE INDEX secret_versions_by_key ON secret_versions (key_id, secret_id, version);

-- What each key that was ever used has sealed once, to tell at a start whether the key given is the same.
CREATE TABLE secret_keys (
  id         TEXT COLLATE "C" PRIMARY KEY,
  canary     TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- Tasks that may refer to a secret: few of many.
CREATE INDEX tasks_with_secrets ON tasks (seq) WHERE replace(cast(definition AS text), '${secret:', '') <> cast(definition AS text);
