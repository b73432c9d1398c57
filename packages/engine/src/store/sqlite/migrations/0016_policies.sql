-- What tasks are held to. `tenant_id` is null for what holds for all. `applies_to` and `rules` are JSON as the API takes
-- them, with every member; user groups are named by their ids.
CREATE TABLE policies (
  name        TEXT PRIMARY KEY,
  tenant_id   TEXT,
  description TEXT NOT NULL,
  enabled     INTEGER NOT NULL,
  applies_to  TEXT NOT NULL,
  rules       TEXT NOT NULL,
  version     INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  created_by  TEXT,
  updated_at  INTEGER NOT NULL,
  updated_by  TEXT
) STRICT, WITHOUT ROWID;

-- Changes that wait for a second person, and what became of them. `deed` is JSON: what is to be done. `before_doc` and
-- `after_doc` are the documents to be compared, without secrets. `digest` tells the same request made twice.
-- `state`: pending, applying, approved, rejected, withdrawn. A pending one is over after `expires_at`.
CREATE TABLE change_requests (
  id              TEXT PRIMARY KEY,
  tenant_id       TEXT,
  subject         TEXT NOT NULL,
  deed            TEXT NOT NULL,
  digest          TEXT NOT NULL,
  name            TEXT NOT NULL,
  task_id         TEXT,
  task_version    INTEGER,
  task_group      TEXT,
  before_doc      TEXT,
  after_doc       TEXT,
  state           TEXT NOT NULL,
  requested_by    TEXT NOT NULL,
  requester       TEXT NOT NULL,
  created_at      INTEGER NOT NULL,
  expires_at      INTEGER NOT NULL,
  decided_by      TEXT,
  decider         TEXT,
  decided_at      INTEGER,
  reason          TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX change_requests_by_state ON change_requests (state, created_at);
