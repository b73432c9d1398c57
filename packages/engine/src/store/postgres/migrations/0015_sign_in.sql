-- Other ways to sign in than a password that an administrator has chosen.

-- `source` is who vouches for an account: null for Rota itself, which has its password, else `oidc:ID` or `ldap`. It is
-- known by `issuer` and `subject` alone; names and addresses change. An account without a password has an empty hash.
ALTER TABLE users ADD COLUMN source TEXT;
ALTER TABLE users ADD COLUMN issuer TEXT;
ALTER TABLE users ADD COLUMN subject TEXT;
ALTER TABLE users ADD COLUMN language TEXT;
CREATE UNIQUE INDEX users_by_identity ON users (issuer, subject) WHERE issuer IS NOT NULL;

-- The second factor is a sealed secret; null for none. Of its codes, those up to the step were taken.
ALTER TABLE users ADD COLUMN second_factor TEXT;
ALTER TABLE users ADD COLUMN second_factor_step BIGINT NOT NULL DEFAULT 0;

-- Codes for when the device is lost, as SHA-256; one that was used is gone.
CREATE TABLE recovery_codes (
  user_id   TEXT COLLATE "C" NOT NULL,
  code_hash TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (user_id, code_hash)
);

-- A link by which somebody chooses the password, as SHA-256 of its token; at most one for each account.
CREATE TABLE invitations (
  user_id    TEXT COLLATE "C" PRIMARY KEY,
  token_hash TEXT COLLATE "C" NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  created_by TEXT,
  expires_at BIGINT NOT NULL
);

-- Who opened a session, as in `users`, and the provider's own session, which ends it.
ALTER TABLE sessions ADD COLUMN source TEXT;
ALTER TABLE sessions ADD COLUMN provider_session TEXT;
CREATE INDEX sessions_by_provider ON sessions (source, provider_session) WHERE source IS NOT NULL;

-- Messages of providers that are taken once.
CREATE TABLE used_once (
  key        TEXT COLLATE "C" PRIMARY KEY,
  expires_at BIGINT NOT NULL
);
CREATE INDEX used_once_by_expiry ON used_once (expires_at);
