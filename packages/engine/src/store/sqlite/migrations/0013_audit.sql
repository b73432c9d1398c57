-- What was done, by whom. An entry is written by the transaction of what it tells of, and is sealed a moment later: it gets
-- its number, without a gap, and a hash of itself and of the entry before. `payload` is JSON without secrets; it can go, as
-- `payload_hash` stays.
CREATE TABLE audit (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  seq          INTEGER UNIQUE,
  at           INTEGER NOT NULL,
  tenant_id    TEXT,
  actor        TEXT,
  user_id      TEXT,
  credential   TEXT,
  address      TEXT,
  request_id   TEXT,
  kind         TEXT NOT NULL,
  subject_id   TEXT,
  subject_name TEXT,
  action       TEXT NOT NULL,
  outcome      TEXT NOT NULL,
  payload      TEXT,
  payload_hash TEXT,
  hash         TEXT
) STRICT;
CREATE INDEX audit_by_subject ON audit (subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX audit_by_user ON audit (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX audit_by_time ON audit (at);
