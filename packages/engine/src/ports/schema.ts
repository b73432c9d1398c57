/**
 * The tables that queries read, column by column as the migrations make them. Instants are epoch ms; flags are 0 or 1.
 * Rows are written by the statements of a store, so that these types serve selects.
 */
export interface Schema {
  tasks: TasksTable
  task_revisions: TaskRevisionsTable
  schedule_rules: ScheduleRulesTable
  schedules: SchedulesTable
  executions: ExecutionsTable
  execution_history: ExecutionHistoryTable
  execution_rollups: ExecutionRollupsTable
  execution_days: ExecutionDaysTable
  pruned_history: PrunedHistoryTable
  concurrency_keys: ConcurrencyKeysTable
  idempotency_keys: IdempotencyKeysTable
  happenings: HappeningsTable
  outbox_consumers: OutboxConsumersTable
  audit: AuditTable
  instances: InstancesTable
  settings: SettingsTable
  nodes: NodesTable
  node_events: NodeEventsTable
  node_load: NodeLoadTable
  pools: PoolsTable
  pool_versions: PoolVersionsTable
  node_joins: NodeJoinsTable
}

/** Limits that executions share, and how many of their slots are taken. */
export interface ConcurrencyKeysTable {
  key: string
  max: number
  held: number
}

/** Columns that live executions and the history have in common. */
interface ExecutionColumns {
  seq: number
  id: string
  tenant_id: string | null
  task_seq: number | null
  task_version: number | null
  schedule_id: number | null
  trigger: string
  requested_by: string | null
  due_at: number
  created_at: number
  started_at: number | null
  attempt: number
  priority: number
  claimed_by: number | null
  /** JSON. */
  job: string | null
  /** JSON array. */
  attempts: string | null
  /** JSON array of fenced attempts. */
  fenced: string | null
  covers_from: number | null
  covers_count: number | null
  /** How much later than due it was to start; null for not at all. */
  jitter_ms: number | null
  /** Run time of the attempts before the one it is at, in ms; null for none. */
  earlier_ms: number | null
  node_id: string | null
  /** JSON of OnNode. */
  placement: string | null
}

/** Live executions. `state`: 0 waiting, 1 ready, 2 blocked, 3 claimed, 4 started. */
export interface ExecutionsTable extends ExecutionColumns {
  run_at: number
  rank: number
  state: number
  claim_seq: number
  admitted: number
  overlap: string
  task_max: number
  keys: string | null
  /** The limit waited for: `task:SEQ` or a concurrency key. */
  blocked_by: string | null
}

export interface ExecutionHistoryTable extends ExecutionColumns {
  status: string
  failure: string | null
  reason: string | null
  finished_at: number
  exit_code: number | null
  error: string | null
  output: string | null
  result: string | null
  cpu_ms: number | null
  max_rss_bytes: number | null
  dropped_log_bytes: number | null
}

/** `task_seq` of the roll-ups of all executions together. */
export const ALL_TASKS = -1
/** `task_seq` of the roll-ups of jobs without a task. */
export const NO_TASK = 0
/** `hour` of the roll-up over a task's whole life. */
export const ALL_TIME = 0
export const HOUR_MS = 3_600_000

/** Key in `settings`: the highest history seq that is counted in the roll-ups. */
export const ROLLUP_SEQ = 'rollup_seq'

/**
 * What ended per task and hour of the end, and per task over its whole life. A reader adds the history that is not
 * rolled up yet.
 */
export interface ExecutionRollupsTable {
  /** Epoch hours, or {@link ALL_TIME}. */
  hour: number
  /** A task, {@link NO_TASK} or {@link ALL_TASKS}. */
  task_seq: number
  success: number
  failed: number
  cancelled: number
  skipped: number
  /** Of successes and failures. */
  duration_ms: number
  /** Histograms of ms as JSON, null when empty. */
  durations: string | null
  latenesses: string | null
}

/** What retention has taken from the history of a task, or of jobs without one ({@link NO_TASK}). */
interface PrunedHistoryTable {
  task_seq: number
  /** Due instants whose answers went. */
  answers: number
  /** The first and the last due instant of what went. */
  from_at: number
  through: number
}

/** Counts of a task's whole days of UTC. */
interface ExecutionDaysTable {
  /** Epoch days. */
  day: number
  task_seq: number
  success: number
  failed: number
  cancelled: number
  skipped: number
  duration_ms: number
}

export interface TasksTable {
  seq: number
  id: string
  tenant_id: string | null
  name: string
  task_group: string | null
  type: string
  tags: string | null
  enabled: number
  version: number
  definition: string
  paused_at: number | null
  pause_reason: string | null
  run_at_start: number | null
  created_at: number
  created_by: string | null
  updated_at: number
  updated_by: string | null
  deleted_at: number | null
}

export interface TaskRevisionsTable {
  task_seq: number
  version: number
  definition: string
  at: number
  by: string | null
}

export interface ScheduleRulesTable {
  id: number
  body: string
}

export interface SchedulesTable {
  id: number
  task_seq: number
  ordinal: number
  rule_id: number
  next_due_at: number | null
  last_due_at: number | null
  planned: number
}

export interface IdempotencyKeysTable {
  scope: string
  key: string
  result_id: string
  created_at: number
}

export interface HappeningsTable {
  /** Null where it is committed and not numbered yet. */
  seq: number | null
  kind: string
  subject: string
  tenant_id: string | null
  at: number
  /** A {@link KeptHappening} as JSON. */
  body: string
}

export interface OutboxConsumersTable {
  name: string
  /** JSON array. */
  kinds: string
  read_to: number
  missed: number
  held_by: string | null
  held_until: number
  created_at: number
}

/** As the migration `audit` says. */
export interface AuditTable {
  /** In PostgreSQL alone, where an entry gets its number later. */
  entry: number
  /** Null until it is sealed. */
  seq: number | null
  at: number
  tenant_id: string | null
  actor: string | null
  user_id: string | null
  credential: string | null
  address: string | null
  request_id: string | null
  kind: string
  subject_id: string | null
  subject_name: string | null
  action: string
  outcome: string
  payload: string | null
  payload_hash: string | null
  hash: string | null
}

export interface InstancesTable {
  seq: number
  id: string
  hostname: string
  pid: number
  version: string
  started_at: number
  heartbeat_at: number
  lease_until: number
  state: string
  running: number
  waiting: number
}

export interface SettingsTable {
  key: string
  value: string
}

export interface NodesTable {
  id: string
  tenant_id: string | null
  /** What the node said of itself, as JSON. */
  facts: string
  epoch: number
  draining: number
  state: string
  state_reason: string
  state_at: number
  state_term: number
  key_hash: string | null
  earlier_key_hash: string | null
  key_at: number | null
  registered_at: number
  last_seen_at: number
  changed_at: number
  removed_at: number | null
}

export interface NodeEventsTable {
  id: string
  node_id: string
  tenant_id: string | null
  at: number
  from_state: string | null
  to_state: string
  reason: string
  actor: string | null
}

export interface NodeLoadTable {
  node_id: string
  at: number
  tenant_id: string | null
  cpu: number | null
  memory: number | null
  disk: number | null
  gpu: number | null
  running: number
}

export interface PoolsTable {
  name: string
  tenant_id: string | null
  origin: string
  description: string
  selector: string | null
  /** JSON array. */
  members: string
  requires_gpu: number
  created_at: number
  updated_at: number
  empty_since: number | null
}

export interface PoolVersionsTable {
  version: number
  tenant_id: string | null
  term: number
  body: string
  at: number
  instance: string
}

export interface NodeJoinsTable {
  id: string
  tenant_id: string | null
  hash: string
  name: string
  /** JSON. */
  pools: string
  labels: string
  uses_left: number | null
  expires_at: number
  created_at: number
  created_by: string | null
}
