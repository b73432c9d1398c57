-- What happened, for consumers that must not miss it; kept while one of them wants it. Numbers are never given again.
CREATE TABLE happenings (
  seq       INTEGER PRIMARY KEY AUTOINCREMENT,
  kind      TEXT NOT NULL,
  subject   TEXT NOT NULL,
  tenant_id TEXT,
  at        INTEGER NOT NULL,
  body      TEXT NOT NULL
) STRICT;

-- `read_to` is the last number dealt with; `missed` counts what was removed unread.
CREATE TABLE outbox_consumers (
  name       TEXT PRIMARY KEY,
  kinds      TEXT NOT NULL,
  read_to    INTEGER NOT NULL,
  missed     INTEGER NOT NULL DEFAULT 0,
  held_by    TEXT,
  held_until INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
