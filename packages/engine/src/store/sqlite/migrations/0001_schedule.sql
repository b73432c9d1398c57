-- Tasks, their schedules, live executions, history and statistics.
-- Instants are epoch milliseconds UTC. Public ids are UUIDv7 text; `seq` is the compact key that hot rows refer to.

CREATE TABLE tasks (
  seq          INTEGER PRIMARY KEY AUTOINCREMENT,
  id           TEXT NOT NULL UNIQUE,
  tenant_id    TEXT,
  name         TEXT NOT NULL,
  task_group   TEXT,
  type         TEXT NOT NULL,
  tags         TEXT,                 -- JSON array, null for none
  enabled      INTEGER NOT NULL,
  version      INTEGER NOT NULL,
  definition   TEXT NOT NULL,        -- JSON, only the fields that differ from the defaults
  paused_at    INTEGER,
  pause_reason TEXT,
  run_at_start INTEGER,              -- 1, or null
  created_at   INTEGER NOT NULL,
  created_by   TEXT,
  updated_at   INTEGER NOT NULL,
  updated_by   TEXT,
  deleted_at   INTEGER
) STRICT;
CREATE UNIQUE INDEX tasks_by_name ON tasks (name, ifnull(tenant_id, '')) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_group ON tasks (task_group, name) WHERE task_group IS NOT NULL;
CREATE INDEX tasks_deleted ON tasks (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX tasks_at_start ON tasks (seq) WHERE run_at_start IS NOT NULL;

-- A superseded version; the current one stands in `tasks`.
CREATE TABLE task_revisions (
  task_seq   INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  definition TEXT NOT NULL,
  at         INTEGER NOT NULL,       -- when this version was saved
  by         TEXT,
  PRIMARY KEY (task_seq, version)
) STRICT, WITHOUT ROWID;

-- Everything the planner needs to know of a schedule. A million tasks share few distinct rules, so a rule is kept
-- once and compiled once.
CREATE TABLE schedule_rules (
  id   INTEGER PRIMARY KEY,
  body TEXT NOT NULL UNIQUE          -- JSON, keys in a fixed order
) STRICT;

CREATE TABLE schedules (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  task_seq    INTEGER NOT NULL,
  ordinal     INTEGER NOT NULL,
  rule_id     INTEGER NOT NULL,
  next_due_at INTEGER,               -- the planner's cursor; null when nothing is to be planned
  last_due_at INTEGER,               -- highest due instant answered; the cursor never goes back behind it
  planned     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX schedules_due ON schedules (next_due_at) WHERE next_due_at IS NOT NULL;
CREATE INDEX schedules_by_task ON schedules (task_seq);

-- Live executions only; finished ones move to execution_history, so that the indexes below stay small.
-- state: 0 waiting for its instant, 1 ready to be claimed, 2 blocked by a limit, 3 claimed, 4 started.
CREATE TABLE executions (
  seq          INTEGER PRIMARY KEY AUTOINCREMENT,
  id           TEXT NOT NULL UNIQUE,
  tenant_id    TEXT,
  task_seq     INTEGER,
  task_version INTEGER,
  schedule_id  INTEGER,
  trigger      TEXT NOT NULL,
  requested_by TEXT,
  due_at       INTEGER NOT NULL,
  run_at       INTEGER NOT NULL,     -- due_at plus jitter, or the next attempt's instant
  rank         INTEGER NOT NULL,     -- order among the ready: run_at minus a head start for priority
  state        INTEGER NOT NULL,
  priority     INTEGER NOT NULL,
  attempt      INTEGER NOT NULL DEFAULT 1,
  claim_seq    INTEGER NOT NULL DEFAULT 0,   -- fence: raised by each claim, named by every later write
  claimed_by   INTEGER,              -- instances.seq; short, so that a claim does not make the row grow
  admitted     INTEGER NOT NULL DEFAULT 0,   -- 1 while it holds its slots
  started_at   INTEGER,
  deaths       INTEGER NOT NULL DEFAULT 0,   -- how often an instance died with it in its hands
  created_at   INTEGER NOT NULL,
  overlap      TEXT NOT NULL,
  task_max     INTEGER NOT NULL,
  keys         TEXT,                 -- JSON array of concurrency keys, null for none
  blocked_by   TEXT,                 -- the limit waited for: 'task:SEQ' or a concurrency key
  job          TEXT,                 -- JSON: the definition of an ad-hoc job, or a task's overridden parameters
  attempts     TEXT,                 -- JSON array of the attempts before this one
  covers_from  INTEGER,              -- first due instant answered by this row, when it stands for several
  covers_count INTEGER
) STRICT;
CREATE UNIQUE INDEX executions_once ON executions (schedule_id, due_at) WHERE schedule_id IS NOT NULL;
CREATE INDEX executions_ready ON executions (rank, run_at) WHERE state = 1;
CREATE INDEX executions_waiting ON executions (run_at) WHERE state = 0;
CREATE INDEX executions_blocked ON executions (blocked_by, rank) WHERE state = 2;
CREATE INDEX executions_by_task ON executions (task_seq, admitted) WHERE task_seq IS NOT NULL;

-- Final executions in the order in which they ended, and the ranges that were skipped or missed without running.
CREATE TABLE execution_history (
  seq               INTEGER PRIMARY KEY AUTOINCREMENT,
  id                TEXT NOT NULL UNIQUE,
  tenant_id         TEXT,
  task_seq          INTEGER,
  task_version      INTEGER,
  schedule_id       INTEGER,
  trigger           TEXT NOT NULL,
  requested_by      TEXT,
  status            TEXT NOT NULL,
  failure           TEXT,
  reason            TEXT,
  due_at            INTEGER NOT NULL,
  created_at        INTEGER NOT NULL,
  started_at        INTEGER,
  finished_at       INTEGER NOT NULL,
  attempt           INTEGER NOT NULL,
  priority          INTEGER NOT NULL,
  claimed_by        INTEGER,
  exit_code         INTEGER,
  error             TEXT,
  output            TEXT,
  result            TEXT,
  cpu_ms            INTEGER,
  max_rss_bytes     INTEGER,
  dropped_log_bytes INTEGER,
  job               TEXT,
  attempts          TEXT,
  covers_from       INTEGER,
  covers_count      INTEGER
) STRICT;
CREATE INDEX history_by_task ON execution_history (task_seq, due_at) WHERE task_seq IS NOT NULL;
CREATE INDEX history_unsuccessful ON execution_history (status, seq) WHERE status <> 'success';

-- One row per task and closed hour. Histograms are sparse JSON objects of bucket -> count.
CREATE TABLE execution_rollups (
  hour        INTEGER NOT NULL,      -- epoch hours
  task_seq    INTEGER NOT NULL,      -- 0 for jobs without a task
  success     INTEGER NOT NULL DEFAULT 0,
  failed      INTEGER NOT NULL DEFAULT 0,
  cancelled   INTEGER NOT NULL DEFAULT 0,
  skipped     INTEGER NOT NULL DEFAULT 0,
  duration_ms INTEGER NOT NULL DEFAULT 0,
  durations   TEXT,
  latenesses  TEXT,
  PRIMARY KEY (task_seq, hour)
) STRICT, WITHOUT ROWID;
CREATE INDEX rollups_by_hour ON execution_rollups (hour);

CREATE TABLE concurrency_keys (
  key  TEXT PRIMARY KEY,
  max  INTEGER NOT NULL,
  held INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
  scope      TEXT NOT NULL,
  key        TEXT NOT NULL,
  result_id  TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE instances (
  seq          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  hostname     TEXT NOT NULL,
  pid          INTEGER NOT NULL,
  version      TEXT NOT NULL,
  started_at   INTEGER NOT NULL,
  heartbeat_at INTEGER NOT NULL,
  lease_until  INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
