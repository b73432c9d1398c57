import type { ExecutionStatus, FailureKind, Histogram, Scope } from '@rota/core'

/** Whose executions a picture shows, and when, in epoch ms: from inclusive, to exclusive. */
export interface TimelineQuery {
  from: number
  to: number
  taskId?: string | undefined
  /** The node that it runs or ran on. */
  nodeId?: string | undefined
  /** A group alone, or with everything below it when the text ends with `/`. */
  group?: string | undefined
  /** Marks at most. */
  limit: number
}

/** An execution as a mark on a time line. */
export interface TimelineMark {
  id: string
  taskId: string | null
  taskName: string | null
  taskGroup: string | null
  dueAt: number
  jitterMs: number
  startedAt: number | null
  finishedAt: number | null
  /** Of the first attempt. */
  firstStartedAt: number | null
  status: ExecutionStatus
  /** Why it was skipped, else the kind of its failure. */
  reason: string | null
  coversFrom: number | null
}

/** A schedule with its cursor, to tell what comes. */
export interface Cursor {
  scheduleId: number
  taskId: string
  tenantId: string | null
  taskName: string
  taskGroup: string | null
  taskType: string
  ruleBody: string
  nextDueAt: number
}

/** What is expected of tasks and limits, from what they did. */
export interface Expectations {
  /** Mean durations of tasks by id, in ms. */
  durations: Map<string, number>
  /** Sizes of the concurrency keys, by the key as it is stored (`key:NAME`). */
  keys: Map<string, number>
}

export interface CursorQuery {
  /** Exclusive. */
  until: number
  limit: number
  taskId?: string | undefined
  group?: string | undefined
}

/** Counts of what was due within a stretch of time, `at` its beginning. */
export interface CountBucket {
  at: number
  total: number
  success: number
  failed: number
}

export interface FailureRecord {
  id: string
  taskId: string | null
  taskName: string | null
  failure: FailureKind | null
  error: string | null
  exitCode: number | null
  finishedAt: number
  /** The last few hundred characters of what it printed. */
  outputEnd: string | null
}

export interface GroupRecord {
  /** Null for tasks without a group. */
  name: string | null
  tasks: number
  enabled: number
}

export interface GroupTally {
  group: string | null
  success: number
  failed: number
  cancelled: number
  skipped: number
  durationMs: number
}

export interface LatenessBucket {
  at: number
  latenesses: Histogram
}

/** What pictures and summaries are made of. Bounded each: none reads through a history of any length. */
export interface Overviews {
  /** The latest `limit` executions due, or under way, within the range. */
  timeline(query: TimelineQuery, scope: Scope): Promise<TimelineMark[]>
  /** Counts over the range in stretches of `bucketMs`. */
  timelineCounts(query: TimelineQuery, bucketMs: number, scope: Scope): Promise<CountBucket[]>
  /** The cursors that come first. */
  cursors(query: CursorQuery, scope: Scope): Promise<Cursor[]>
  /** Of tasks that have ended executions, and of keys that are in use; `keys` as they are stored. */
  expectations(taskIds: readonly string[], keys: readonly string[], scope: Scope): Promise<Expectations>
  /** The latest failures that ended within the range. */
  failures(query: { from: number; to: number; limit: number }, scope: Scope): Promise<FailureRecord[]>
  groups(scope: Scope): Promise<GroupRecord[]>
  /** Tags with the number of tasks that have them. */
  tags(scope: Scope): Promise<Map<string, number>>
  groupTallies(range: { from?: number; to?: number }, scope: Scope): Promise<GroupTally[]>
  latenesses(
    query: { from: number; to: number; bucket: 'hour' | 'day'; taskId?: string | undefined },
    scope: Scope,
  ): Promise<LatenessBucket[]>
}
