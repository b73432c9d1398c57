import type { AuditDraft, Scope } from '@rota/core'
import type { NewExecution, UnrunAnswer } from './executions.ts'
import type { Happened } from './happenings.ts'
import type { Idempotency } from './idempotency.ts'

/** A task's row, instants in epoch ms. `definition` is the compact JSON document. */
export interface TaskRow {
  seq: number
  id: string
  tenantId: string | null
  name: string
  group: string | null
  type: string
  tags: string[]
  enabled: boolean
  version: number
  definition: string
  pausedAt: number | null
  pauseReason: string | null
  runAtStart: boolean
  createdAt: number
  createdBy: string | null
  updatedAt: number
  updatedBy: string | null
  deletedAt: number | null
}

/** A schedule's row with the body of its rule. */
export interface ScheduleRow {
  id: number
  ordinal: number
  ruleId: number
  body: string
  nextDueAt: number | null
  lastDueAt: number | null
  planned: number
}

/** How a schedule shall stand after its task was saved. */
export interface ScheduleChange {
  ordinal: number
  /** The rule as JSON; equal texts are stored once. */
  body: string
  /**
   * The first occurrence after an instant, given how many the schedule has had. Asked by the store inside its
   * transaction, because only there is it certain which instants are answered.
   */
  next: (after: number, planned: number) => number | null
}

/** A stretch of a schedule's due instants that are answered; both ends belong to it. Epoch ms. */
export interface Answered {
  from: number
  to: number
}

/** Due instants of one schedule that are answered, and when that was planned: epoch ms. */
export interface ScheduleAnswer extends Answered {
  scheduleId: number
  plannedAt: number
}

/**
 * Whether a planned execution is due by its schedule as changed, too. One that another instance has in hand then stays
 * there: it is that occurrence's answer, and asking for it back would only lose it.
 */
export function isStillDue(
  { trigger, ordinal, dueAt }: { trigger: string; ordinal: number | null; dueAt: number },
  schedules: readonly ScheduleChange[] | null,
): boolean {
  if (trigger !== 'schedule') return false
  return schedules?.find((schedule) => schedule.ordinal === ordinal)?.next(dueAt - 1, 0) === dueAt
}

/** Rows removed or ended because their task changed. */
export interface SaveResult extends Happened {
  /** Claimed rows that were dropped; whoever holds them must not start them. */
  dropped: number[]
}

export interface SaveOptions {
  /** The version the change was made from; refused when the stored one differs. */
  expectedVersion: number
  /** Keeps the superseded definition as a revision. */
  keepRevision: boolean
  /** The schedules as they shall be; null leaves them alone. */
  schedules: ScheduleChange[] | null
  /** Which unstarted executions go: planned ones still to come, all of them, or none. */
  drop: 'future' | 'all' | 'none'
  /** Judges what is still to come. */
  now: number
  /** Ledger answers to add, e.g. for the occurrences of a pause. */
  answers: UnrunAnswer[]
  /** Executions to add, e.g. to make up for a pause. */
  executions: NewExecution[]
  /** Named concurrency keys and their limits. */
  keys: { key: string; max: number }[]
  /** Entries of the audit that tell of it. */
  audit?: readonly AuditDraft[]
}

export interface NewTask {
  row: Omit<TaskRow, 'seq'>
  schedules: ScheduleChange[]
  keys: { key: string; max: number }[]
  /** Entries of the audit that tell of it. */
  audit?: readonly AuditDraft[]
}

/** Tasks and what hangs on them. Each call is one transaction. */
export interface TaskStore {
  /**
   * Adds tasks, all or nothing. Throws `conflict` when a name is taken. With an idempotency key that was used before
   * nothing is added and the earlier task's id is answered.
   */
  insert(tasks: NewTask[], idempotency?: Idempotency): Promise<{ earlier: string | null }>
  byId(id: string, scope: Scope): Promise<TaskRow | null>
  bySeqs(seqs: number[]): Promise<TaskRow[]>
  /** The definition as it stood at `version`; null when it is gone. */
  definitionAt(seq: number, version: number): Promise<string | null>
  schedules(seq: number): Promise<ScheduleRow[]>
  /** What of its schedules is answered from an instant on, or has an execution that will answer it; ascending. */
  answered(seq: number, from: number): Promise<ScheduleAnswer[]>
  ruleBodies(ids: number[]): Promise<Map<number, string>>
  /** Replaces a task's row. Throws `stale_version` or `conflict`. */
  save(row: TaskRow, options: SaveOptions): Promise<SaveResult>
  /** Public ids of a task's live executions. */
  liveExecutions(seq: number): Promise<string[]>
  /** Enabled tasks that run once whenever the server starts. */
  atStart(): Promise<TaskRow[]>
  /** Deletes a task, its schedules, revisions and history for good; answers the ids of the executions that went. */
  purge(seq: number, now: number, audit?: readonly AuditDraft[]): Promise<{ ids: string[] } & Happened>
}
