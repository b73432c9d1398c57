import type { ExecutionStatus, FailureKind, SkipReason, Trigger } from './execution.ts'
import type { Json } from './json.ts'
import type { ScheduleInput } from './schedule/input.ts'
import type { KeptOf, MembersKept } from './task-fields/field.ts'
import type { PayloadField, TaskFields, WrittenTask } from './task-fields/table.ts'

/** A task as a person writes it: only `name` and `type` are always needed. Field names are the wire's. */
export interface TaskInput extends WrittenTask {}

/** One of a task's schedules; a zone of null takes the task's. */
export type ScheduleEntry = KeptOf<TaskFields['schedules']>[number]

/** A task with every default filled in: what the engine works on. Instants are epoch ms. */
export interface TaskDefinition extends Omit<MembersKept<TaskFields>, PayloadField | 'schedule'> {
  payload: Record<string, Json>
}

/** Attempts in all, how long each waits for the next, and which ends are tried again. */
export type RetryPolicy = NonNullable<TaskDefinition['retry']>
export type ConcurrencyPolicy = TaskDefinition['concurrency']
export type MisfireSettings = TaskDefinition['misfire']
/** What becomes of an occurrence while earlier executions of the same task still use all its slots. */
export type OverlapPolicy = ConcurrencyPolicy['overlap']
/** What becomes of occurrences that could not start within their grace time. */
export type MisfirePolicy = MisfireSettings['policy']
/** Which ends of an attempt are tried again. */
export type RetryCause = RetryPolicy['on'][number] & FailureKind

/** What holds for a task or job: its own fields, or else the defaults of its type. */
export interface EffectiveExecution {
  timeout_seconds: number | null
  retry: RetryPolicy
  max_concurrent: number
}

/** `finished`: enabled, but no occurrence is left. */
export type TaskStatus = 'active' | 'disabled' | 'paused' | 'finished' | 'deleted'

/** A task as it is read: the document plus what Rota knows of it. Instants are ISO 8601 UTC. */
export interface TaskView extends Omit<TaskInput, 'schedules'> {
  id: string
  /** Whose it is; null for what belongs to no tenant. */
  tenant_id: string | null
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
  /** Of an attempt on several nodes: the parts that have not succeeded, which the next attempt runs again. */
  failed_parts?: string[]
  /** The node that it ran on; left out for the server itself. */
  node_id?: string
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
  /** Whose it is; null for what belongs to no tenant. */
  tenant_id: string | null
  task_id: string | null
  task_name: string | null
  task_group: string | null
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
