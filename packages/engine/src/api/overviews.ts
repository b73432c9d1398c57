import type { Caller, ExecutionStatus, FailureKind } from '@rota/core'
import type { TaskStats } from './stats.ts'

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

/** What was, is and comes within a stretch of time. */
export interface Timeline {
  from: string
  to: string
  tasks: { id: string; name: string; group: string | null }[]
  executions: TimelineColumns
  /** `queues_until_ms`: until when a limit is expected to be taken that it needs; null where none is. */
  coming: { task: number[]; at_ms: number[]; queues_until_ms: (number | null)[] }
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

/** What falls due on a day of some zone. */
export interface ForecastDay {
  /** `2026-12-31`. */
  date: string
  occurrences: number
  task_count: number
  /** The earliest. */
  tasks: { task_id: string; task_name: string; first_due_at: string; count: number }[]
}

/** What falls due on each day of a stretch. */
export interface ForecastDays {
  timezone: string
  days: ForecastDay[]
  /** There are more schedules than were counted. */
  truncated: boolean
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
  /** Newest first. */
  execution_ids: string[]
}

/** Pictures and summaries of what many tasks did. */
export interface Overviews {
  timeline(
    caller: Caller,
    /** Of a node (`node_id`) only what was and is: where what comes will run, nobody knows. */
    query: { from: string; to: string; task_id?: string; node_id?: string; group?: string; limit?: number },
  ): Promise<Timeline>
  /** What falls due day by day, from now at the earliest; every occurrence is counted. Throws `invalid`, `not_found`. */
  forecastDays(
    caller: Caller,
    query: { from: string; to: string; timezone: string; task_id?: string; group?: string; per_day?: number },
  ): Promise<ForecastDays>
  /**
   * Groups with the most failures first, each with the ids of its latest hundred; with a `fingerprint` that group alone,
   * with all its ids. `truncated`: older ones are not counted.
   */
  failures(
    caller: Caller,
    query: { from: string; to: string; fingerprint?: string },
  ): Promise<{ groups: FailureGroup[]; total: number; truncated: boolean; history_begins_at: string | null }>
  /** Groups in use and those above them, by name. `total` counts what lies below, too. */
  groups(caller: Caller): Promise<{ name: string; tasks: number; enabled: number; total: number }[]>
  tags(caller: Caller): Promise<{ name: string; tasks: number }[]>
  groupStats(
    caller: Caller,
    range: { from?: string; to?: string },
  ): Promise<
    (Pick<
      TaskStats,
      'success' | 'failed' | 'cancelled' | 'skipped' | 'success_rate' | 'avg_duration' | 'total_duration'
    > & { group: string | null })[]
  >
  lateness(
    caller: Caller,
    query: { from: string; to: string; bucket: 'hour' | 'day'; task_id?: string },
  ): Promise<{ at: string; count: number; p50_ms: number | null; p95_ms: number | null; p99_ms: number | null }[]>
}
