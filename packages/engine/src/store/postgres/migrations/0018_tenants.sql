-- Who shares the server without seeing one another: `tenant_id` everywhere names one of these. A tenant that is deleted
-- keeps its row, so that nobody who takes its name later finds what it has left in histories.
CREATE TABLE tenants (
  id          TEXT COLLATE "C" PRIMARY KEY,  -- short, small letters: stands before names of users when they sign in
  name        TEXT NOT NULL,
  disabled    INTEGER NOT NULL DEFAULT 0,
  created_at  BIGINT NOT NULL,
  created_by  TEXT,
  updated_at  BIGINT NOT NULL,
  deleted_at  BIGINT
);
CREATE INDEX users_by_tenant ON users (tenant_id) WHERE tenant_id IS NOT NULL;
