import type { ExecutionStatus, FailureKind, SkipReason, Trigger } from './execution.ts'
import type { Json } from './json.ts'
import type { ScheduleInput } from './schedule/input.ts'

/** What becomes of an occurrence while earlier executions of the same task still use all its slots. */
export type OverlapPolicy = 'allow' | 'skip' | 'queue' | 'replace'
/** What becomes of occurrences that could not start within their grace time. */
export type MisfirePolicy = 'skip' | 'run_once' | 'run_all'
/** Which ends of an attempt are tried again. */
export type RetryCause = Extract<FailureKind, 'exit_code' | 'timeout' | 'lost' | 'assertion' | 'error' | 'dispatch'>

export interface RetryPolicy {
  /** Attempts in all, the first included. 1 means no retry. */
  max_attempts: number
  delay_seconds: number
  backoff: 'fixed' | 'exponential'
  max_delay_seconds: number
  /** Share of the delay that may be added or taken away at random, 0 to 1. */
  jitter: number
  on: RetryCause[]
  /** Only these exit codes are tried again; null for any. */
  exit_codes: number[] | null
}

/** What holds for a task or job: its own fields, or else the defaults of its type. */
export interface EffectiveExecution {
  timeout_seconds: number | null
  retry: RetryPolicy
  max_concurrent: number
}

export interface ConcurrencyPolicy {
  /** Executions of this task that may run at once, unless `overlap` is `allow`; null takes the server's default. */
  max: number | null
  overlap: OverlapPolicy
  /** Name of a limit shared by any tasks; waiting for it always queues. */
  key: string | null
  /** Executions that may hold `key` at once; 1 makes it a mutex. */
  key_max: number
}

export interface MisfireSettings {
  policy: MisfirePolicy
  /** Seconds after its due instant within which an occurrence still counts as in time. */
  grace_seconds: number
  /** Most occurrences made up by `run_all`; older ones are answered `missed`. */
  max: number
  /** Seconds between made-up occurrences. */
  spread_seconds: number
}

export interface HttpPayload {
  method?: string
  url: string
  headers?: Record<string, string>
  query?: Record<string, string>
  body?: string
  auth?: { type: string; [key: string]: Json }
  expect_status?: string | number | (string | number)[]
  [key: string]: Json | undefined
}

/** One of a task's schedules. */
export interface ScheduleEntry {
  schedule: ScheduleInput
  /** IANA zone; null takes the task's. */
  timezone: string | null
}

/** A task as a person writes it: only `name` and `type` are always needed. Field names are the wire's. */
export interface TaskInput {
  name: string
  description?: string
  group?: string | null
  tags?: string[]
  type: string
  command?: string
  source?: string
  interpreter?: string
  handler?: string
  http?: HttpPayload
  /** Payload of a plug-in type, and the stored form of the five fields above. */
  payload?: Record<string, Json>
  params?: { args?: Json[]; kwargs?: Record<string, Json> }
  env?: Record<string, string>
  working_dir?: string | null
  run_as?: string | null
  /** What the command leaves running in the background when it has ended is left alone, as cron does. */
  detach?: boolean
  /** Encoding of what it prints, e.g. `gbk`; null for UTF-8, and for HTTP replies what their header says. */
  encoding?: string | null
  target?: { kind: string; [key: string]: Json }
  schedule?: ScheduleInput
  /** Further schedules beside `schedule`. */
  schedules?: { schedule: ScheduleInput; timezone?: string | null }[]
  timezone?: string
  /** What `H` and `~` of the schedules are drawn from; null takes the name the task has when they come in. */
  hash_key?: string | null
  dst?: { gap?: 'run_after' | 'skip' | 'shift'; overlap?: 'first' | 'second' | 'both' }
  start_at?: string | null
  end_at?: string | null
  max_runs?: number | null
  jitter_seconds?: number
  misfire?: Partial<MisfireSettings>
  concurrency?: Partial<ConcurrencyPolicy>
  /** Null takes the server's default. */
  retry?: Partial<RetryPolicy> | null
  /** Null takes the server's default. */
  timeout_seconds?: number | null
  kill_grace_seconds?: number
  max_log_bytes?: number
  priority?: number
  enabled?: boolean
  /** Start once whenever the server starts. */
  run_at_start?: boolean
  /** Start once at the first start of the server since the machine was booted, as cron's `@reboot`. */
  run_at_boot?: boolean
  /** Where an importer made it from: `KIND:SOURCE#KEY`. The importer finds its tasks by it again. */
  origin?: string | null
  /** History kept for this task; null fields take the server's setting. */
  retention?: { days?: number | null; count?: number | null }
}

/** A task with every default filled in: what the engine works on. Instants are epoch ms. */
export interface TaskDefinition {
  name: string
  description: string
  group: string | null
  tags: string[]
  type: string
  payload: Record<string, Json>
  params: { args: Json[]; kwargs: Record<string, Json> }
  env: Record<string, string>
  working_dir: string | null
  run_as: string | null
  detach: boolean
  encoding: string | null
  target: { kind: string; [key: string]: Json }
  schedules: ScheduleEntry[]
  timezone: string
  hash_key: string | null
  dst: { gap: 'run_after' | 'skip' | 'shift'; overlap: 'first' | 'second' | 'both' }
  start_at: number | null
  end_at: number | null
  max_runs: number | null
  jitter_seconds: number
  misfire: MisfireSettings
  concurrency: ConcurrencyPolicy
  retry: RetryPolicy | null
  timeout_seconds: number | null
  kill_grace_seconds: number
  max_log_bytes: number
  priority: number
  enabled: boolean
  run_at_start: boolean
  run_at_boot: boolean
  origin: string | null
  retention: { days: number | null; count: number | null }
}

/** `finished`: enabled, but no occurrence is left. */
export type TaskStatus = 'active' | 'disabled' | 'paused' | 'finished' | 'deleted'

/** A task as it is read: the document plus what Rota knows of it. Instants are ISO 8601 UTC. */
export interface TaskView extends Omit<TaskInput, 'schedules'> {
  id: string
  version: number
  status: TaskStatus
  /** What holds: the task's own fields, or else the server's defaults. */
  effective: EffectiveExecution
  /** Equivalent cron expression, `@every 15m`-like text for intervals, the instant for `once`, null for none. */
  cron: string | null
  /** The rule in words. */
  words: { en: string; zh: string } | null
  schedules: {
    schedule: ScheduleInput
    timezone: string | null
    cron: string | null
    next_run: string | null
    next_due: string | null
  }[]
  /** When it is to start next: the next due instant and what jitter adds. */
  next_run: string | null
  /** The next due instant. */
  next_due: string | null
  last_run: string | null
  last_status: ExecutionStatus | null
  last_execution_id: string | null
  run_count: number
  created_at: string
  created_by: string | null
  updated_at: string
  updated_by: string | null
  deleted_at: string | null
  paused_at: string | null
}

/** One earlier attempt of an execution. */
export interface AttemptView {
  attempt: number
  started_at: string | null
  finished_at: string
  status: 'failed' | 'cancelled' | 'success'
  failure: FailureKind | null
  exit_code: number | null
  error: string | null
}

/**
 * What a pending execution waits for: its instant, a limit, its next attempt, or only a free place. Null when it is not
 * pending.
 */
export type ExecutionPhase = 'waiting' | 'queued' | 'retrying' | 'ready'

/** An attempt that an instance was still running when others had taken its execution over. */
export interface FencedAttemptView {
  attempt: number
  instance_id: string
  started_at: string
  /** When the instance learned that it had lost it, and ended it. */
  fenced_at: string
}

/** An execution as it is read. Instants are ISO 8601 UTC, durations seconds. */
export interface ExecutionView {
  id: string
  task_id: string | null
  task_name: string | null
  task_version: number | null
  type: string
  trigger: Trigger
  /** Who asked for it: a user name, `token:NAME`, or null for the scheduler itself. */
  requested_by: string | null
  status: ExecutionStatus
  failure: FailureKind | null
  /** Why it was skipped, or what a pending one waits for. */
  reason: SkipReason | string | null
  phase: ExecutionPhase | null
  /** The due instant. */
  scheduled_at: string
  /** When it was to start: the due instant and what jitter adds. Lateness counts from here. */
  jittered_at: string
  created_at: string
  started_at: string | null
  finished_at: string | null
  lateness_ms: number | null
  duration: number | null
  attempt: number
  max_attempts: number
  /** Time limit of an attempt; null for none. */
  timeout_seconds: number | null
  attempts: AttemptView[]
  /** True when an instance that had lost it was still running an attempt when another instance started it again. */
  ran_twice: boolean
  fenced_attempts: FencedAttemptView[]
  priority: number
  params: { args: Json[]; kwargs: Record<string, Json> } | null
  exit_code: number | null
  output: string | null
  result: Json
  error: string | null
  progress: { percent: number; message: string | null } | null
  /** A line of output that has not ended, and since when nothing more has come of it. */
  unfinished: { stream: 'stdout' | 'stderr'; message: string; since: string } | null
  node_id: string | null
  cpu_seconds: number | null
  max_rss_bytes: number | null
  dropped_log_bytes: number
  /** Due instants answered by this one row, when it stands for several. */
  covers: { from: string; to: string; count: number } | null
}

/** The answer for a due instant, or for a range of them. */
export type LedgerAnswer = 'pending' | 'running' | 'ran' | 'late' | 'skipped' | 'merged' | 'missed'

export interface LedgerEntry {
  task_id: string
  task_name: string
  /** The due instant; for a range its last. */
  due_at: string
  /** When it was to start: the due instant and what jitter adds; null for occurrences that were merged away. */
  jittered_at: string | null
  answer: LedgerAnswer
  reason: string | null
  status: ExecutionStatus | null
  execution_id: string | null
  lateness_ms: number | null
  /** Present when one answer stands for several due instants. */
  covers: { from: string; to: string; count: number } | null
}
