-- Who shares the server without seeing one another: `tenant_id` everywhere names one of these. A tenant that is deleted
-- keeps its row, so that nobody who takes its name later finds what it has left in histories.
CREATE TABLE tenants (
  id          TEXT PRIMARY KEY,  -- short, small letters: stands before names of users when they sign in
  name        TEXT NOT NULL,
  disabled    INTEGER NOT NULL DEFAULT 0,
  created_at  INTEGER NOT NULL,
  created_by  TEXT,
  updated_at  INTEGER NOT NULL,
  deleted_at  INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX users_by_tenant ON users (tenant_id) WHERE tenant_id IS NOT NULL;
