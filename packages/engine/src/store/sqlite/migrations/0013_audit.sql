-- What was done, by whom. An entry is written by the transaction of what it tells of, with its number, which leaves no gap,
-- and a hash of itself and of the entry before. `payload` is JSON without secrets; it can go, as `payload_hash` stays.
CREATE TABLE audit (
  seq          INTEGER PRIMARY KEY,
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
  hash         TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_subject ON audit (subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX audit_by_time ON audit (at);
