-- Tasks, their schedules, live executions, history and statistics. For PostgreSQL 14 and later, without extensions.
-- Instants are epoch milliseconds UTC. Public ids are UUIDv7 text; `seq` is the compact key that hot rows refer to.
-- JSON is kept as `json`: the text comes back as it was given. What is sorted or searched by ranges sorts by bytes.

CREATE TABLE tasks (
  seq          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id           TEXT COLLATE "C" NOT NULL UNIQUE,
  tenant_id    TEXT COLLATE "C",
  name         TEXT COLLATE "C" NOT NULL,
  task_group   TEXT COLLATE "C",
  type         TEXT COLLATE "C" NOT NULL,
  tags         TEXT,                 -- JSON array, null for none
  enabled      SMALLINT NOT NULL,
  version      INTEGER NOT NULL,
  definition   JSON NOT NULL,        -- only the fields that differ from the defaults
  paused_at    BIGINT,
  pause_reason TEXT,
  run_at_start SMALLINT,             -- 1, or null
  created_at   BIGINT NOT NULL,
  created_by   TEXT,
  updated_at   BIGINT NOT NULL,
  updated_by   TEXT,
  deleted_at   BIGINT
);
CREATE UNIQUE INDEX tasks_by_name ON tasks (name, coalesce(tenant_id, '')) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_group ON tasks (task_group, name) WHERE task_group IS NOT NULL;
CREATE INDEX tasks_deleted ON tasks (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX tasks_at_start ON tasks (seq) WHERE run_at_start IS NOT NULL;
CREATE INDEX tasks_by_type ON tasks (type, name) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_update ON tasks (updated_at);
CREATE INDEX tasks_disabled ON tasks (name) WHERE enabled = 0;
CREATE INDEX tasks_paused ON tasks (name) WHERE paused_at IS NOT NULL;

-- A superseded version; the current one stands in `tasks`.
CREATE TABLE task_revisions (
  task_seq   BIGINT NOT NULL,
  version    INTEGER NOT NULL,
  definition JSON NOT NULL,
  at         BIGINT NOT NULL,        -- when this version was saved
  by         TEXT,
  PRIMARY KEY (task_seq, version)
);

-- Everything the planner needs to know of a schedule. A million tasks share few distinct rules, so a rule is kept
-- once and compiled once. The digest stands in the index: a body may be longer than an index row can be.
CREATE TABLE schedule_rules (
  id     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest TEXT COLLATE "C" NOT NULL UNIQUE,  -- SHA-256 of the body
  body   TEXT NOT NULL                      -- JSON, keys in a fixed order
);

CREATE TABLE schedules (
  id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  task_seq    BIGINT NOT NULL,
  ordinal     INTEGER NOT NULL,
  rule_id     BIGINT NOT NULL,
  next_due_at BIGINT,                -- the planner's cursor; null when nothing is to be planned
  last_due_at BIGINT,                -- highest due instant answered; the cursor never goes back behind it
  planned     BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
CREATE INDEX schedules_due ON schedules (next_due_at) WHERE next_due_at IS NOT NULL;
CREATE INDEX schedules_by_task ON schedules (task_seq);
CREATE INDEX schedules_ended ON schedules (task_seq) WHERE next_due_at IS NULL;
CREATE INDEX schedules_by_rule ON schedules (rule_id);

-- Live executions only; finished ones move to execution_history, so that table and indexes stay small.
-- state: 0 waiting for its instant, 1 ready to be claimed, 2 blocked by a limit, 3 claimed, 4 started.
-- Rows live for seconds: pages keep room for their next version, and vacuum comes early and does not dawdle.
CREATE TABLE executions (
  seq          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id           TEXT COLLATE "C" NOT NULL UNIQUE,
  tenant_id    TEXT COLLATE "C",
  task_seq     BIGINT,
  task_version INTEGER,
  schedule_id  BIGINT,
  trigger      TEXT NOT NULL,
  requested_by TEXT,
  due_at       BIGINT NOT NULL,
  run_at       BIGINT NOT NULL,      -- due_at plus jitter, or the next attempt's instant
  rank         BIGINT NOT NULL,      -- order among the ready: run_at minus a head start for priority
  state        SMALLINT NOT NULL,
  priority     INTEGER NOT NULL,
  attempt      INTEGER NOT NULL DEFAULT 1,
  claim_seq    INTEGER NOT NULL DEFAULT 0,   -- fence: raised by each claim, named by every later write
  claimed_by   BIGINT,               -- instances.seq
  admitted     SMALLINT NOT NULL DEFAULT 0,  -- 1 while it holds its slots
  started_at   BIGINT,
  deaths       INTEGER NOT NULL DEFAULT 0,   -- how often an instance died with it in its hands
  created_at   BIGINT NOT NULL,
  overlap      TEXT NOT NULL,
  task_max     INTEGER NOT NULL,
  keys         TEXT,                 -- JSON array of concurrency keys, null for none
  blocked_by   TEXT COLLATE "C",     -- the limit waited for: 'task:SEQ' or a concurrency key
  job          JSON,                 -- the definition of an ad-hoc job, or a task's overridden parameters
  attempts     TEXT,                 -- JSON array of the attempts before this one
  covers_from  BIGINT,               -- first due instant answered by this row, when it stands for several
  covers_count BIGINT
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000,
        autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.1);
CREATE UNIQUE INDEX executions_once ON executions (schedule_id, due_at) WHERE schedule_id IS NOT NULL;
CREATE INDEX executions_ready ON executions (rank, run_at) WHERE state = 1;
CREATE INDEX executions_waiting ON executions (run_at) WHERE state = 0;
CREATE INDEX executions_blocked ON executions (blocked_by, rank) WHERE state = 2;
CREATE INDEX executions_by_task ON executions (task_seq) WHERE task_seq IS NOT NULL;
-- Slots of a task are counted here, so that those who wait for them cost the count nothing.
CREATE INDEX executions_holding ON executions (task_seq) WHERE admitted = 1 AND task_seq IS NOT NULL;
CREATE INDEX executions_claimed ON executions (claimed_by, seq) WHERE claimed_by IS NOT NULL;
CREATE INDEX executions_running ON executions (seq) WHERE state = 4;

-- Final executions, and the ranges that were skipped or missed without running; one partition per day of the end, so
-- that old days are dropped, not deleted. What finds no partition of its day goes to the one for the rest.
CREATE SEQUENCE execution_history_seq CACHE 1;
CREATE TABLE execution_history (
  seq               BIGINT NOT NULL DEFAULT nextval('execution_history_seq'),
  id                TEXT COLLATE "C" NOT NULL,
  tenant_id         TEXT COLLATE "C",
  task_seq          BIGINT,
  task_version      INTEGER,
  schedule_id       BIGINT,
  trigger           TEXT NOT NULL,
  requested_by      TEXT,
  status            TEXT NOT NULL,
  failure           TEXT,
  reason            TEXT,
  due_at            BIGINT NOT NULL,
  created_at        BIGINT NOT NULL,
  started_at        BIGINT,
  finished_at       BIGINT NOT NULL,
  attempt           INTEGER NOT NULL,
  priority          INTEGER NOT NULL,
  claimed_by        BIGINT,
  exit_code         INTEGER,
  error             TEXT,
  output            TEXT,
  result            TEXT,
  cpu_ms            DOUBLE PRECISION,
  max_rss_bytes     BIGINT,
  dropped_log_bytes BIGINT,
  job               JSON,
  attempts          TEXT,
  covers_from       BIGINT,
  covers_count      BIGINT,
  PRIMARY KEY (seq, finished_at)
) PARTITION BY RANGE (finished_at);
ALTER SEQUENCE execution_history_seq OWNED BY execution_history.seq;
CREATE INDEX history_by_id ON execution_history (id);
CREATE INDEX history_by_task ON execution_history (task_seq, due_at) WHERE task_seq IS NOT NULL;
CREATE INDEX history_unsuccessful ON execution_history (status, seq) WHERE status <> 'success';
CREATE INDEX history_by_due ON execution_history (due_at);
CREATE INDEX history_by_trigger ON execution_history (trigger, seq) WHERE trigger <> 'schedule';
CREATE TABLE execution_history_rest PARTITION OF execution_history DEFAULT;

-- One row per task and closed hour. Histograms are sparse JSON objects of bucket -> count.
CREATE TABLE execution_rollups (
  hour        BIGINT NOT NULL,       -- epoch hours
  task_seq    BIGINT NOT NULL,       -- 0 for jobs without a task
  success     BIGINT NOT NULL DEFAULT 0,
  failed      BIGINT NOT NULL DEFAULT 0,
  cancelled   BIGINT NOT NULL DEFAULT 0,
  skipped     BIGINT NOT NULL DEFAULT 0,
  duration_ms BIGINT NOT NULL DEFAULT 0,
  durations   TEXT,
  latenesses  TEXT,
  PRIMARY KEY (task_seq, hour)
) WITH (fillfactor = 80);
CREATE INDEX rollups_by_hour ON execution_rollups (hour);

CREATE TABLE concurrency_keys (
  key  TEXT COLLATE "C" PRIMARY KEY,
  max  INTEGER NOT NULL,
  held INTEGER NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- Whoever decides about a task's slots locks its row here first: two instances never count the same slots at once.
CREATE TABLE task_slots (
  task_seq BIGINT PRIMARY KEY
);

CREATE TABLE idempotency_keys (
  scope      TEXT COLLATE "C" NOT NULL,
  key        TEXT COLLATE "C" NOT NULL,
  result_id  TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE instances (
  seq          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id           TEXT COLLATE "C" NOT NULL UNIQUE,
  hostname     TEXT NOT NULL,
  pid          INTEGER NOT NULL,
  version      TEXT NOT NULL,
  started_at   BIGINT NOT NULL,
  heartbeat_at BIGINT NOT NULL,
  lease_until  BIGINT NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE settings (
  key   TEXT COLLATE "C" PRIMARY KEY,
  value TEXT NOT NULL
);
