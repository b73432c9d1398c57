import type {
  ExecutionPhase,
  ExecutionStatus,
  FailureKind,
  Histogram,
  LedgerAnswer,
  Scope,
  TaskStatus,
  Trigger,
} from '@rota/core'
import type { InstanceRecord } from './executions.ts'
import type { Overviews } from './overviews.ts'
import type { ScheduleRow, TaskRow } from './tasks.ts'

/** Which page of a list. A cursor wins over a page number. */
export interface PageRequest {
  /** 1-based. */
  page?: number | undefined
  /** 1–1000, default 50. */
  limit?: number | undefined
  /** `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** A page of rows. `total` counts all that match, exactly up to 100,000 (executions: 10,000), then as a lower bound. */
export interface Paged<T> {
  total: number
  page: number
  limit: number
  rows: T[]
  nextCursor: string | null
}

export interface TaskQuery extends PageRequest {
  /** A group with everything below it; `=NAME` for the group alone. */
  group?: string | undefined
  /** Deleted tasks are listed only on request. */
  status?: TaskStatus | 'halted' | undefined
  type?: string | undefined
  tag?: string | undefined
  /** What the origin begins with. */
  origin?: string | undefined
  /** Found in name or description. */
  q?: string | undefined
  /**
   * By instants of change the latest first, else ascending; `-` turns it round. What has no group, no tag, no next or no
   * last run comes last either way. Throws `invalid` where too many match for an order that no index has. Default: name.
   */
  sort?: TaskSort | undefined
}

type TaskField = IndexedTaskField | UnindexedTaskField
type IndexedTaskField = 'name' | 'group' | 'type' | 'status' | 'created_at' | 'updated_at' | 'next_run'
/** Orders of tasks that no index has. */
export type UnindexedTaskField = 'last_run' | 'run_count' | 'tags'
export type TaskSort = TaskField | `-${TaskField}`

/** A schedule and when it is due next, what is planned already included. */
export interface ScheduleState extends ScheduleRow {
  comingAt: number | null
}

/** The execution that tells how a task fares: the running one, else the last that ran, else the last answer. */
export interface LastExecution {
  id: string
  status: ExecutionStatus
  startedAt: number | null
}

/** A task and what hangs on it. */
export interface TaskRecord {
  task: TaskRow
  schedules: ScheduleState[]
  last: LastExecution | null
  /** Executions that ended, skipped ones not counted. */
  runCount: number
}

/** What it takes to know a task by its name, and to change it. */
export interface NamedTask {
  id: string
  name: string
  version: number
}

/** What executions can be sorted by; `-` turns it round. */
type ExecutionField = 'scheduled_at' | SortedField
export type ExecutionSort = ExecutionField | `-${ExecutionField}`
/** Orders that no index has. */
export type SortedField = 'status' | 'task_name' | 'lateness' | 'duration' | 'trigger' | 'attempt'

/** A bound of how much later than it was to an occurrence started, in ms. */
export interface LateBound {
  is: '>' | '>=' | '<' | '<='
  ms: number
}

export interface ExecutionQuery extends PageRequest {
  taskId?: string | undefined
  /** The node that it runs or ran on. */
  nodeId?: string | undefined
  /** As in {@link TaskQuery}. */
  group?: string | undefined
  status?: readonly ExecutionStatus[] | undefined
  failure?: FailureKind | undefined
  trigger?: Trigger | undefined
  /** Occurrences of schedules alone have a lateness. */
  late?: LateBound | undefined
  /** Begins the id, or is found in the task's name, or in the error of one of the latest failures. */
  q?: string | undefined
  /** Default: as {@link Queries.listExecutions} says. Without the value last. Throws `invalid` where too many match. */
  sort?: ExecutionSort | undefined
  /** What the rows shall have besides, which may be large: `output` is its end. */
  fields?: readonly ('output' | 'result')[] | undefined
  /** Epoch ms around the due instant: from inclusive, to exclusive. */
  from?: number | undefined
  to?: number | undefined
  /** Epoch ms around the end, likewise: what lives has none. */
  finishedFrom?: number | undefined
  finishedTo?: number | undefined
}

/** An execution, live or final, with what it takes from its task. Lists leave out `output`, `result` and both kinds of params. */
export interface ExecutionRecord {
  id: string
  tenantId: string | null
  taskId: string | null
  taskName: string | null
  taskGroup: string | null
  taskVersion: number | null
  type: string
  trigger: Trigger
  requestedBy: string | null
  status: ExecutionStatus
  failure: FailureKind | null
  /** Why it was skipped, or the limit that a pending one waits for: `task:SEQ` or a concurrency key. */
  reason: string | null
  phase: ExecutionPhase | null
  dueAt: number
  createdAt: number
  startedAt: number | null
  finishedAt: number | null
  attempt: number
  /** Of the task or job itself; null where it leaves it to the server. */
  maxAttempts: number | null
  timeoutSeconds: number | null
  /** JSON array of the attempts before this one. */
  attempts: string | null
  /** JSON array of fenced attempts. */
  fenced: string | null
  /** The node that it runs or ran on; null for the server itself. */
  nodeId: string | null
  priority: number
  /** JSON: what this run overrides, or the job says; null in lists. */
  params: string | null
  /** JSON: what the task says. */
  taskParams: string | null
  exitCode: number | null
  output: string | null
  /** JSON. */
  result: string | null
  error: string | null
  cpuMs: number | null
  maxRssBytes: number | null
  droppedLogBytes: number
  coversFrom: number | null
  coversCount: number | null
  /** How much later than due it was to start; lateness counts from there. */
  jitterMs: number
}

export interface LedgerQuery {
  taskId?: string | undefined
  from?: number | undefined
  to?: number | undefined
  answer?: LedgerAnswer | undefined
  limit?: number | undefined
  cursor?: string | undefined
}

/** The row behind one or two ledger entries. */
export interface LedgerRecord {
  taskId: string
  taskName: string
  executionId: string
  status: ExecutionStatus
  reason: string | null
  dueAt: number
  /** Of the first attempt. */
  startedAt: number | null
  finishedAt: number | null
  coversFrom: number | null
  coversCount: number | null
  /** As of {@link ExecutionRecord}. */
  jitterMs: number
  graceMs: number
  /** The schedule's rule; null when the schedule is gone. */
  ruleBody: string | null
}

/** Whose history: a task's, that of a group as in {@link TaskQuery}, or all of it. */
export interface HistoryOf {
  taskId?: string | undefined
  group?: string | undefined
}

/** What retention has taken from a history. What people deleted is not counted. */
export interface Pruned {
  /** Due instants of schedules whose answers went. */
  answers: number
  /** The first and the last due instant of what went, in epoch ms; later ones are all there. */
  from: number
  through: number
}

export interface RevisionRecord {
  version: number
  at: number
  by: string | null
  definition: string
}

export interface Summary {
  totalTasks: number
  activeTasks: number
  byStatus: Record<ExecutionStatus, number>
}

export interface Gauges {
  pending: number
  running: number
  /** Earliest instant at which something that is ready or blocked should have started; null when nothing waits. */
  waitingSince: number | null
  tasks: number
}

/** What ended in a stretch of time. */
export interface Tally {
  success: number
  failed: number
  cancelled: number
  skipped: number
  /** Live ones that run, and that wait for their next attempt. */
  running: number
  retrying: number
  /** Of successes and failures. */
  durationMs: number
  durations: Histogram
  /** Delay of first attempts. */
  latenesses: Histogram
}

/** Epoch ms, widened to whole hours; an open end when left out. What counts is when an execution ended. */
export interface TimeRange {
  from?: number | undefined
  to?: number | undefined
}

export interface SeriesQuery {
  from: number
  to: number
  bucket: 'hour' | 'day'
  taskId?: string | undefined
  group?: string | undefined
}

/** One bucket of a time series, `at` its beginning. */
export interface SeriesPoint {
  at: number
  total: number
  success: number
  failed: number
  avgDurationMs: number | null
}

export interface TopQuery {
  /** By mean duration in ms, or by number of failures. */
  by: 'slowest' | 'failing'
  from?: number | undefined
  limit?: number | undefined
}

export interface TopRow {
  taskId: string
  taskName: string
  value: number
  total: number
}

/** An instance as the registry knows it. */
export type KnownInstance = InstanceRecord & { leaseUntil: number }

/**
 * What people look at: lists, searches, the ledger, statistics. None of it runs on the engine's loop. A tenant sees its
 * own rows; null sees all. Lists throw `invalid` for a cursor that is not theirs.
 */
export interface Queries extends Overviews {
  listTasks(query: TaskQuery, scope: Scope): Promise<Paged<TaskRecord>>
  taskById(id: string, scope: Scope): Promise<TaskRecord | null>
  /** Those of the names that tasks have which are not deleted. */
  tasksNamed(names: readonly string[], scope: Scope): Promise<NamedTask[]>
  /** Superseded versions and the current one, newest first. */
  revisions(taskId: string, scope: Scope): Promise<RevisionRecord[]>
  /**
   * The newest first: by due instant when a task, a group or a time range is asked for, else by creation. Lists of
   * what did not succeed show live executions first, then by the end.
   */
  listExecutions(query: ExecutionQuery, scope: Scope): Promise<Paged<ExecutionRecord>>
  executionById(id: string, scope: Scope): Promise<ExecutionRecord | null>
  /** Null when nothing went. */
  pruned(of: HistoryOf, scope: Scope): Promise<Pruned | null>
  /** By due instant, latest first. A limit counts rows; one row may make two entries. */
  ledger(query: LedgerQuery, scope: Scope): Promise<{ rows: LedgerRecord[]; nextCursor: string | null }>
  summary(scope: Scope): Promise<Summary>
  /** Counts of what is live now, of all tenants. */
  gauges(): Promise<Gauges>
  /** Instances that were heard of since an instant, the longest running first. */
  instances(since: number): Promise<KnownInstance[]>
  /** Null when there is no such task. */
  taskTally(taskId: string, range: TimeRange, scope: Scope): Promise<Tally | null>
  /** Buckets without an execution are left out. Days are days of UTC. */
  timeseries(query: SeriesQuery, scope: Scope): Promise<SeriesPoint[]>
  top(query: TopQuery, scope: Scope): Promise<TopRow[]>
}
