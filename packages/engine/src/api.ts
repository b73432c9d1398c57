// Long because: all that can be asked of an engine stands in one place.
import type {
  CronDialect,
  ExecutionStatus,
  ExecutionView,
  FailureKind,
  FieldError,
  Json,
  LedgerAnswer,
  LedgerEntry,
  RunOverrides,
  ScheduleInput,
  TaskInput,
  TaskView,
  Trigger,
} from '@rota/core'
import type { LogLine, LogStream } from '@rota/executors'

/** On whose behalf a use-case runs. */
export interface Actor {
  /** Shown in `created_by`, `requested_by` and the audit: a user name, `token:NAME`, or null for the scheduler itself. */
  name: string | null
  /** Rows of other tenants are invisible; null sees all. */
  tenantId: string | null
  /** May change tasks and bring code of its own. Who says nothing may only run what is there, as it is. */
  mayEdit?: boolean
}

export interface Page {
  /** 1-based; with `limit`. Ignored when `cursor` is given. */
  page?: number
  /** Rows per page, 1–1000, default 50. */
  limit?: number
  /** `next_cursor` of the page before: keyset pagination, as fast on the last page as on the first. */
  cursor?: string
}

/** A page of rows. `total` counts all that match (exactly up to 100,000, executions up to 10,000, then a lower bound). */
export interface PageOf<T> {
  total: number
  page: number
  limit: number
  rows: T[]
  next_cursor: string | null
}

/** A page of a history that retention cuts. */
export interface PastOf<T> extends PageOf<T> {
  /** Whatever was due later is there; of what was due up to here, retention has removed some. Null: it removed nothing. */
  history_begins_at: string | null
}

export interface TaskFilter extends Page {
  group?: string
  /** `halted`: disabled or paused. */
  status?: 'active' | 'disabled' | 'paused' | 'finished' | 'deleted' | 'halted'
  type?: string
  tag?: string
  /** What the origin begins with. */
  origin?: string
  /** Found in name or description, without regard to case. */
  q?: string
  sort?: 'name' | 'created_at' | 'updated_at' | 'next_run'
}

/** Optimistic locking: the version the caller saw, or null to overwrite whatever is there. */
export type IfVersion = number | null

export interface Tasks {
  /** Throws `invalid` (fields) or `conflict` (name taken). A repeated `idempotencyKey` answers the first result. */
  create(actor: Actor, input: TaskInput, options?: { idempotencyKey?: string }): Promise<TaskView>
  /** Checks as `create` and `update` would, without saving; empty when it could be saved. */
  validate(actor: Actor, input: TaskInput, options?: { id?: string }): Promise<FieldError[]>
  get(actor: Actor, id: string): Promise<TaskView>
  list(actor: Actor, filter: TaskFilter): Promise<PageOf<TaskView>>
  /** The tasks that have one of the names, deleted ones aside; in any order. */
  named(actor: Actor, names: readonly string[]): Promise<{ id: string; name: string; version: number }[]>
  /** Replaces the fields that are given; the others stay. Throws `stale_version`, `invalid`, `conflict`, `not_found`. */
  update(actor: Actor, id: string, changes: Partial<TaskInput>, ifVersion: IfVersion): Promise<TaskView>
  /** Hides the task and drops what has not started; it can be restored within the retention time. */
  remove(actor: Actor, id: string, ifVersion: IfVersion): Promise<void>
  /** `name`: a new one. Throws `conflict` where another task has the name, which offers a free one as suggestion. */
  restore(actor: Actor, id: string, options?: { name?: string }): Promise<TaskView>
  /** Deletes a removed task and all its history for good. */
  purge(actor: Actor, id: string): Promise<void>
  clone(actor: Actor, id: string, changes: Partial<TaskInput>): Promise<TaskView>
  enable(actor: Actor, id: string): Promise<TaskView>
  disable(actor: Actor, id: string): Promise<TaskView>
  pause(actor: Actor, id: string): Promise<TaskView>
  /** `backlog`: what becomes of the occurrences that fell due while paused. */
  resume(actor: Actor, id: string, options?: { backlog?: 'skip' | 'last' | 'all' }): Promise<TaskView>
  /** Throws `forbidden` or `invalid` for overrides that the actor, or nobody, may set. */
  /** Throws `conflict` when the task's overlap policy would skip the run. */
  run(actor: Actor, id: string, options?: RunOptions): Promise<RunView>
  /** Cancels what is running and pending now. */
  stop(actor: Actor, id: string): Promise<{ cancelled: string[] }>
  revisions(actor: Actor, id: string): Promise<Revision[]>
  /** Applies one action to many tasks; each is answered for itself. `group`: where `move` puts them; null for none. */
  bulk(
    actor: Actor,
    action: 'enable' | 'disable' | 'delete' | 'restore' | 'run' | 'pause' | 'resume' | 'move',
    ids: string[],
    options?: { group?: string | null },
  ): Promise<{ id: string; ok: boolean; error: string | null }[]>
}

export interface RunOptions extends RunOverrides {
  trigger?: Extract<Trigger, 'manual' | 'api' | 'webhook'>
  idempotencyKey?: string
}

/** A run that was asked for, and what becomes of it. */
export interface RunView extends ExecutionView {
  /** The limit it waits for: `task_limit`, or the name of a key, group or the whole server. */
  waits_for: { limit: string; max: number; holders: string[]; ahead: number } | null
  /** Executions that it replaces. */
  replaces: string[]
}

export interface Revision {
  version: number
  at: string
  by: string | null
  definition: TaskInput
}

/** A job without a task. */
export interface JobInput {
  type: string
  payload: Record<string, Json>
  name?: string
  params?: { args?: Json[]; kwargs?: Record<string, Json> }
  env?: Record<string, string>
  priority?: number
  timeout_seconds?: number | null
  retry?: TaskInput['retry']
  concurrency?: { key?: string | null; key_max?: number }
  /** ISO instant before which it does not start. */
  run_at?: string
  /** False leaves no row behind once it has ended; for queues that need no history. */
  keep_history?: boolean
}

export interface ExecutionFilter extends Page {
  task_id?: string
  group?: string
  status?: ExecutionStatus[]
  failure?: FailureKind
  trigger?: Trigger
  /** What the rows shall have besides, which may be large: `output` is its end. */
  fields?: readonly ('output' | 'result')[]
  /** ISO instants around `scheduled_at`: from inclusive, to exclusive. */
  from?: string
  to?: string
}

export interface LogQuery {
  /** First line number wanted, 0-based. */
  from?: number
  limit?: number
  stream?: LogStream
  /** Literal text, without regard to case. */
  q?: string
  /** Lines counted from the end instead. */
  tail?: number
}

/** A stored line with its number within the execution, 0-based over all attempts. */
export interface NumberedLine extends LogLine {
  no: number
  attempt: number
}

export interface Executions {
  submit(actor: Actor, job: JobInput, options?: { idempotencyKey?: string }): Promise<ExecutionView>
  /** All or nothing; answers ids in order. */
  submitMany(actor: Actor, jobs: JobInput[]): Promise<{ id: string; status: ExecutionStatus }[]>
  get(actor: Actor, id: string): Promise<ExecutionView>
  list(actor: Actor, filter: ExecutionFilter): Promise<PastOf<ExecutionView>>
  /** Throws `conflict` when it has already ended. */
  cancel(actor: Actor, id: string): Promise<ExecutionView>
  /** A new execution with the same task or job and the same parameters. */
  rerun(actor: Actor, id: string): Promise<RunView>
  remove(actor: Actor, id: string): Promise<void>
  /** Plain sentences: why it waits, was skipped, was late, failed. */
  explain(actor: Actor, id: string): Promise<{ summary: { en: string; zh: string }; facts: Record<string, Json> }>
  /** `next`: where the next page begins, null at the end. A page may be short, even empty. */
  logs(
    actor: Actor,
    id: string,
    query: LogQuery,
  ): Promise<{ lines: NumberedLine[]; total: number; next: number | null }>
  /**
   * Stored lines from `from`, then live ones, until the execution ends or `signal` aborts. Between them `onUnfinished`
   * is told what line stands unfinished behind them, and with null that none does any more.
   */
  follow(
    actor: Actor,
    id: string,
    from: number,
    signal: AbortSignal,
    onUnfinished?: (line: ExecutionView['unfinished']) => void,
  ): AsyncIterable<NumberedLine[]>
}

export interface SchedulePreview {
  cron: string | null
  /** The zone it was read in. */
  timezone: string
  words: { en: string; zh: string }
  next: string[]
  notes: { at: string | null; en: string; zh: string; suggestion?: string }[]
}

/** A draft of a schedule, and which of its instants to show. */
export interface PreviewInput {
  schedule: ScheduleInput
  timezone?: string
  dialect?: CronDialect
  name?: string
  key?: string
  dst?: TaskInput['dst']
  from?: string
  to?: string
  count?: number
  start_at?: string | null
  end_at?: string | null
  jitter_seconds?: number
}

export interface Schedules {
  /** Throws `invalid` with field and position. At most 1,000 instants. */
  preview(input: PreviewInput): SchedulePreview
  /** Coming occurrences of all active tasks, earliest first. */
  upcoming(
    actor: Actor,
    options: { to?: string; limit?: number; task_id?: string },
  ): Promise<{ task_id: string; task_name: string; due_at: string; jittered_at: string }[]>
  /**
   * When the `next` instants of a preview start with jitter: as the task's first schedule has it, or as a draft would
   * once it is saved under its `key` or `name`. Null where a draft with jitter has neither.
   */
  jittered(actor: Actor, input: PreviewInput, next: string[], taskId?: string): Promise<string[] | null>
}

export interface LedgerFilter {
  task_id?: string
  /** ISO instants: from inclusive, to exclusive. */
  from?: string
  to?: string
  answer?: LedgerAnswer
  limit?: number
  cursor?: string
}

export interface StatsSummary {
  total_tasks: number
  active_tasks: number
  total_executions: number
  /** Percentage with two decimals of finished executions that succeeded; null when none finished. */
  success_rate: number | null
  by_status: Partial<Record<ExecutionStatus, number>>
}

export interface TaskStats {
  /** What has ended, runs, or waits for its next attempt. */
  total_executions: number
  running: number
  /** Between two attempts. */
  retrying: number
  success: number
  failed: number
  cancelled: number
  skipped: number
  success_rate: number | null
  /** Seconds. */
  avg_duration: number | null
  total_duration: number
  p50_duration: number | null
  p95_duration: number | null
  p99_duration: number | null
  p50_lateness_ms: number | null
  p99_lateness_ms: number | null
}

export interface Stats {
  summary(actor: Actor): Promise<StatsSummary>
  /** ISO dates or instants; by default everything kept. */
  task(actor: Actor, id: string, range: { from?: string; to?: string }): Promise<TaskStats>
  timeseries(
    actor: Actor,
    query: { from: string; to: string; bucket: 'hour' | 'day'; task_id?: string; group?: string },
  ): Promise<{ at: string; total: number; success: number; failed: number; avg_duration: number | null }[]>
  top(
    actor: Actor,
    query: { by: 'slowest' | 'failing'; from?: string; limit?: number },
  ): Promise<{ task_id: string; task_name: string; value: number; total: number }[]>
}

/** Executions as columns: the `n`th entries of all belong together, the latest due first. Instants are epoch ms. */
export interface TimelineColumns {
  id: string[]
  /** Index into `tasks`; null for a job without a task. */
  task: (number | null)[]
  scheduled_at_ms: number[]
  started_at_ms: (number | null)[]
  finished_at_ms: (number | null)[]
  status: ExecutionStatus[]
  /** Why it was skipped, else the kind of its failure. */
  reason: (string | null)[]
  lateness_ms: (number | null)[]
  /** First due instant answered, where one row stands for several. */
  covers_from_ms: (number | null)[]
}

/** Answers for due instants, and what retention has taken of them. */
export interface LedgerPage {
  entries: LedgerEntry[]
  next_cursor: string | null
  /** As of {@link PastOf}. */
  history_begins_at: string | null
  /** Answers that are gone, and the first and last due instant of what retention took; null for none. */
  pruned: { answers: number; from: string; through: string } | null
}

/** What was, is and comes within a stretch of time. */
export interface Timeline {
  from: string
  to: string
  tasks: { id: string; name: string }[]
  executions: TimelineColumns
  coming: { task: number[]; at_ms: number[] }
  /** Some executions, or coming occurrences, are left out. */
  truncated: { executions: boolean; coming: boolean }
  /**
   * Counts over the whole stretch when executions are left out, or gone: by due instant, or where some are gone or the
   * stretch is long, by the hour of the end.
   */
  buckets: { bucket_ms: number; at_ms: number[]; total: number[]; success: number[]; failed: number[] } | null
  /** As of {@link PastOf}. */
  history_begins_at: string | null
}

/** Failures that are alike. */
export interface FailureGroup {
  fingerprint: string
  kind: FailureKind | null
  /** What they say, with numbers, ids, instants and paths left out. */
  message: string
  /** What the last one says. */
  example: string
  count: number
  task_count: number
  /** Those with the most of them. */
  tasks: { id: string; name: string; count: number }[]
  first_at: string
  last_at: string
  /** The latest ones, newest first. */
  execution_ids: string[]
}

/** Pictures and summaries of what many tasks did. */
export interface Overviews {
  timeline(
    actor: Actor,
    query: { from: string; to: string; task_id?: string; group?: string; limit?: number },
  ): Promise<Timeline>
  /** Groups with the most failures first. `truncated`: older ones are not counted. */
  failures(
    actor: Actor,
    range: { from: string; to: string },
  ): Promise<{ groups: FailureGroup[]; total: number; truncated: boolean; history_begins_at: string | null }>
  /** Groups in use and those above them, by name. `total` counts what lies below, too. */
  groups(actor: Actor): Promise<{ name: string; tasks: number; enabled: number; total: number }[]>
  tags(actor: Actor): Promise<{ name: string; tasks: number }[]>
  groupStats(
    actor: Actor,
    range: { from?: string; to?: string },
  ): Promise<
    (Pick<
      TaskStats,
      'success' | 'failed' | 'cancelled' | 'skipped' | 'success_rate' | 'avg_duration' | 'total_duration'
    > & { group: string | null })[]
  >
  lateness(
    actor: Actor,
    query: { from: string; to: string; bucket: 'hour' | 'day'; task_id?: string },
  ): Promise<{ at: string; count: number; p50_ms: number | null; p95_ms: number | null; p99_ms: number | null }[]>
}

/** What the engine is doing now, from memory; no query. */
export interface EngineStatus {
  state: 'starting' | 'running' | 'draining' | 'stopped' | 'degraded'
  /** Why it is degraded, e.g. the store refuses writes. */
  reason: string | null
  instance_id: string
  started_at: string
  running: number
  waiting: number
  /** Milliseconds of lateness over the last starts. */
  lateness_ms: { p50: number; p99: number; max: number } | null
  event_loop_delay_ms: { p50: number; p99: number; max: number } | null
  store: { kind: string; location: string }
  /** Set while the wall clock is behind an instant that it has shown before: it was set back by so much. */
  clock_behind: { ms: number; noticed_at: string } | null
}

/** An instance of the cluster, or the only server there is. */
export interface InstanceView {
  id: string
  hostname: string
  pid: number
  version: string
  /** `gone`: nothing was heard of it for longer than its lease, and it did not say that it stops. */
  state: EngineStatus['state'] | 'gone'
  started_at: string
  heartbeat_at: string
  running: number
  waiting: number
}

/** What happens inside, for metrics, logs and live pages. Listeners must not throw and must be quick. */
export type EngineEvent =
  | { type: 'execution_created'; id: string; taskId: string | null; trigger: Trigger }
  | { type: 'execution_started'; id: string; taskId: string | null; latenessMs: number; taskType: string }
  | {
      type: 'execution_finished'
      id: string
      taskId: string | null
      taskType: string
      trigger: Trigger
      status: ExecutionStatus
      failure: FailureKind | null
      durationMs: number | null
    }
  | { type: 'execution_retried'; id: string; attempt: number; runAt: number }
  /** Others have taken the execution over while this instance was running an attempt of it. */
  | { type: 'execution_fenced'; id: string; taskId: string | null; attempt: number }
  /**
   * This instance had lost its lease, `silentMs` between two renewals (null when it knows of no gap): it has given back
   * what it held, and `executions` that it was running are in others' hands.
   */
  | {
      type: 'instance_fenced'
      instanceId: string
      silentMs: number | null
      givenBack: number
      executions: readonly string[]
    }
  | { type: 'task_changed'; id: string; change: string; actor: string | null }
  | { type: 'batch'; leg: 'plan' | 'claim' | 'complete' | 'submit'; size: number; ms: number }
  /** The wall clock was set back; `byMs` behind what it has shown before. */
  | { type: 'clock_set_back'; byMs: number }
  | { type: 'degraded'; reason: string }
  | { type: 'recovered' }

/** The scheduler, whatever store it stands on. */
export interface Engine {
  readonly tasks: Tasks
  readonly executions: Executions
  readonly schedules: Schedules
  readonly stats: Stats
  readonly overviews: Overviews
  ledger(actor: Actor, filter: LedgerFilter): Promise<LedgerPage>
  status(): EngineStatus
  /** All instances on the same store, the longest running first; those that are gone for ten minutes more. */
  instances(): Promise<InstanceView[]>
  /** Calls `listener` for every event until the returned function is called. */
  on(listener: (event: EngineEvent) => void): () => void
  /** Counts for gauges: pending and running executions, age of the oldest waiting one in ms. */
  gauges(): Promise<{ pending: number; running: number; oldest_waiting_ms: number | null; tasks: number }>
  /** Copies the whole store to a folder while work goes on. `progress` gets 0–1. */
  backup(folder: string, progress?: (done: number) => void): Promise<void>
  start(): Promise<void>
  /** Stops claiming, lets running work finish for `graceMs`, then cancels it; resolves when everything is written. */
  stop(options?: { graceMs?: number }): Promise<void>
}
