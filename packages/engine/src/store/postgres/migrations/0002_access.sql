-- Who may sign in, with what, and what their requests with an Idempotency-Key led to.
-- Passwords are argon2id; tokens are random and long, so that their SHA-256 is enough. Nothing here reveals a secret.

CREATE TABLE users (
  id                   TEXT COLLATE "C" PRIMARY KEY,
  tenant_id            TEXT,
  username             TEXT NOT NULL,
  username_key         TEXT COLLATE "C" NOT NULL UNIQUE,  -- lower case, NFKC: two names that look alike are one
  display_name         TEXT NOT NULL,
  role                 TEXT NOT NULL,
  password_hash        TEXT NOT NULL,
  must_change_password SMALLINT NOT NULL DEFAULT 0,
  disabled             SMALLINT NOT NULL DEFAULT 0,
  session_epoch        INTEGER NOT NULL DEFAULT 1,  -- raised when password, role or state change; older tokens end
  last_login_at        BIGINT,
  created_at           BIGINT NOT NULL,
  updated_at           BIGINT NOT NULL
);

-- One row per sign-in. A refresh replaces the hash; the one before is kept to notice that a stolen token was used.
CREATE TABLE sessions (
  id            TEXT COLLATE "C" PRIMARY KEY,
  user_id       TEXT COLLATE "C" NOT NULL,
  refresh_hash  TEXT NOT NULL,
  previous_hash TEXT,
  created_at    BIGINT NOT NULL,
  refreshed_at  BIGINT NOT NULL,
  expires_at    BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE api_tokens (
  id           TEXT COLLATE "C" PRIMARY KEY,   -- the public part of the token
  user_id      TEXT COLLATE "C" NOT NULL,
  tenant_id    TEXT,
  name         TEXT NOT NULL,
  secret_hash  TEXT NOT NULL,
  scopes       TEXT NOT NULL,                 -- JSON array of permissions
  created_at   BIGINT NOT NULL,
  expires_at   BIGINT,
  last_used_at BIGINT,
  revoked_at   BIGINT
);
CREATE INDEX api_tokens_by_user ON api_tokens (user_id);

-- The reply that a request with an Idempotency-Key got, to be given again. `status` is null while it is under way.
CREATE TABLE request_keys (
  scope      TEXT COLLATE "C" NOT NULL,       -- caller, method and path
  key        TEXT COLLATE "C" NOT NULL,
  digest     TEXT NOT NULL,                   -- of the body, to refuse a key that is used for something else
  status     INTEGER,
  reply      TEXT,                            -- JSON
  created_at BIGINT NOT NULL,
  PRIMARY KEY (scope, key)
);
CREATE INDEX request_keys_by_age ON request_keys (created_at);
