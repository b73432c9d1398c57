import type { ExecutionStatus, FailureKind, OverlapPolicy, SkipReason, Trigger } from '@rota/core'
import type { Happened, WorkFacts } from './happenings.ts'
import type { Idempotency } from './idempotency.ts'

/**
 * What becomes of a row while others use its task's slots: its overlap policy, or `in_turn`: it waits for its turn, and
 * is neither skipped nor replaced by a newer one.
 */
export type SlotRule = OverlapPolicy | 'in_turn'

/** What the dispatcher holds for one claimed execution. Instants are epoch ms. */
export interface Claimed {
  seq: number
  /** Fence: every later write about this execution names it, and is dropped when it is no longer current. */
  claimSeq: number
  id: string
  taskSeq: number | null
  taskVersion: number | null
  trigger: Trigger
  dueAt: number
  runAt: number
  rank: number
  priority: number
  attempt: number
  createdAt: number
  /** True when its slots are taken; false when {@link ExecutionStore.admit} must ask again at its instant. */
  admitted: boolean
  scheduleId: number | null
  job: string | null
  attempts: string | null
  coversFrom: number | null
  /** When it has not started by then it is skipped; null for what is never too late. */
  skipAfter: number | null
  /** When it has not started by then, a later occurrence of its schedule that has not either stands for it. */
  mergeAfter: number | null
  /** It is noted already that it starts. */
  isNoted?: boolean
}

/** Which claim of which execution. */
export type ClaimKey = Pick<Claimed, 'seq' | 'claimSeq'>

/** A row to be made. `rank` orders the ready ones, lower first. */
export interface NewExecution {
  id: string
  tenantId: string | null
  taskSeq: number | null
  taskVersion: number | null
  scheduleId: number | null
  trigger: Trigger
  requestedBy: string | null
  dueAt: number
  runAt: number
  rank: number
  priority: number
  createdAt: number
  overlap: SlotRule
  taskMax: number
  /** Concurrency keys as a JSON array, or null. */
  keys: string | null
  job: string | null
  coversFrom: number | null
  coversCount: number | null
  /** How much later than due it is to start; null for not at all. Lateness counts from there. */
  jitterMs: number | null
  /** As of {@link Claimed}. */
  skipAfter: number | null
  mergeAfter: number | null
  /** It runs on a node, which has to be found first. */
  waitsForNode?: true
}

/** An answer for due instants that get no execution of their own. */
export interface UnrunAnswer {
  id: string
  tenantId: string | null
  taskSeq: number
  taskVersion: number | null
  scheduleId: number
  reason: SkipReason
  /** Last due instant of the range. */
  dueAt: number
  coversFrom: number
  coversCount: number
  at: number
}

/** Everything one schedule yields in one planning step, written all or nothing. */
export interface PlannedSchedule {
  scheduleId: number
  /** The task's version and the cursor this plan was made from; when a stored one differs, nothing of it is written. */
  taskVersion: number
  expectedDueAt: number
  nextDueAt: number | null
  lastDueAt: number
  executions: NewExecution[]
  answers: UnrunAnswer[]
}

/** A schedule whose cursor has come within the horizon. */
export interface DueSchedule {
  scheduleId: number
  taskSeq: number
  taskVersion: number
  taskType: string
  tenantId: string | null
  ruleId: number
  nextDueAt: number
  /** Up to where something is answered; null for nothing yet. Before the cursor, unless a change found answers ahead. */
  lastDueAt: number | null
  planned: number
}

/** A claimed execution of which an attempt starts, and when: epoch ms. */
export interface Start {
  seq: number
  claimSeq: number
  startedAt: number
  /** On which node, as JSON of {@link OnNode}; absent on this server. */
  placed?: { node: string; placement: string }
}

/** An attempt that has begun. */
export interface Begun {
  id: string
  taskId: string | null
  attempt: number
  startedAt: number
}

/** An attempt that an instance was still running when others had taken its execution over. */
export interface FencedAttempt {
  id: string
  attempt: number
  instanceId: string
  startedAt: number
  /** When the instance learned that it had lost it, and ended it. */
  fencedAt: number
}

/** As it is kept, in a JSON array beside its execution. */
export type KeptFencedAttempt = Omit<FencedAttempt, 'id'>

/**
 * The end of an attempt, `begun` when it had started. `died`: its instance died with it, which is counted. `work` spares
 * whoever is told of it a look into the store.
 */
export type Settlement = { seq: number; claimSeq: number; begun?: Begun; work?: WorkFacts } & (
  | ({ kind: 'finish' } & Finish)
  | { kind: 'retry'; runAt: number; rank: number; attempts: string; died?: true }
  | { kind: 'give_back'; died?: true }
)

export interface Finish {
  status: Extract<ExecutionStatus, 'success' | 'failed' | 'cancelled' | 'skipped'>
  failure: FailureKind | null
  reason: string | null
  startedAt: number | null
  finishedAt: number
  exitCode: number | null
  error: string | null
  output: string | null
  /** JSON text. */
  result: string | null
  cpuMs: number | null
  maxRssBytes: number | null
  droppedLogBytes: number
  /** False leaves no row in the history. */
  keep: boolean
  /** How it was placed, where there is more to say of it than when it began: JSON of OnNode. */
  placement?: string
}

/** What an end says of a run of which nothing is known: there was none, or nobody saw how it ended. */
export const UNSEEN = {
  failure: null,
  reason: null,
  startedAt: null,
  exitCode: null,
  error: null,
  output: null,
  result: null,
  cpuMs: null,
  maxRssBytes: null,
  droppedLogBytes: 0,
  keep: true,
} as const satisfies Omit<Finish, 'status' | 'finishedAt'>

export interface EnqueueOptions {
  now: number
  keys?: { key: string; max: number }[]
  idempotency?: Idempotency
  claimFor?: string
}

/** What becomes of a run that somebody asks for. */
export interface RunProspect {
  /** The execution that an idempotency key stands for already. */
  earlier: string | null
  /** The overlap policy of its task would skip it; nothing was added. */
  isRefused: boolean
  /** The limit it waits for, who holds it, and how many wait before it; null when it starts as soon as it can. */
  waits: { limit: string; max: number; holders: string[]; ahead: number } | null
  /** Executions that it replaces. */
  replaces: string[]
}

export interface EnqueueResult {
  /** The execution that an idempotency key stands for already. */
  earlier: string | null
  claimed: Claimed[]
}

/** Whether a new row may start now whoever else runs: it belongs to no task, and no limit concerns it. */
export function isFreeAtOnce(row: NewExecution, now: number): boolean {
  return row.taskSeq === null && row.keys === null && row.runAt <= now && row.waitsForNode !== true
}

/** A row that was added as claimed, and noted to start. */
export function claimedAtOnce(row: NewExecution, seq: number): Claimed {
  return {
    seq,
    claimSeq: 1,
    id: row.id,
    taskSeq: row.taskSeq,
    taskVersion: row.taskVersion,
    trigger: row.trigger,
    dueAt: row.dueAt,
    runAt: row.runAt,
    rank: row.rank,
    priority: row.priority,
    attempt: 1,
    createdAt: row.createdAt,
    admitted: true,
    scheduleId: row.scheduleId,
    job: row.job,
    attempts: null,
    coversFrom: row.coversFrom,
    skipAfter: row.skipAfter,
    mergeAfter: row.mergeAfter,
    isNoted: true,
  }
}

export interface ClaimRequest {
  instanceId: string
  now: number
  /** Claims what is to start before this instant. */
  until: number
  most: number
  /** Rows ranked before it may be passed over. Default: none. */
  fromRank?: number
}

/**
 * What became of the rows looked at by a claim or an admission. `happened`: rows answered without running, because an earlier execution holds their task's slots or they
 * are too late.
 */
export interface ClaimResult extends Happened {
  claimed: Claimed[]
  /** Executions to cancel because a newer one replaces them. */
  replaced: number[]
  /** True when another claim may find something: more than `most` allowed, or rows that got room just now. */
  more: boolean
}

export interface SettleResult extends Happened {
  /** Settlements whose fence was no longer current; they changed nothing. */
  fenced: number[]
  /** True when a slot that others waited for became free. */
  freed: boolean
}

export interface OrphanQuery {
  now: number
  most: number
  /** The instance that asks: it knows of its own work, whatever the clock says of its lease. */
  asker: string
  /** The last seq of the page before; 0 for the first. */
  after: number
}

/** An execution whose instance is gone. */
export interface Orphan extends Claimed {
  startedAt: number | null
  /** How often an instance died with it before. */
  deaths: number
  /** Where it runs, if that is a node: JSON of {@link OnNode}. */
  placement: string | null
}

/** Live executions: the one truth about what is to run, runs, and holds which slot. */
export interface ExecutionStore {
  /** Schedules whose cursor is before `until`, earliest first. */
  dueSchedules(until: number, most: number): Promise<DueSchedule[]>
  /** Writes plans, but for the `outrun` schedules: their cursor or task had changed meanwhile. */
  plan(plans: PlannedSchedule[]): Promise<{ outrun: number[] } & Happened>
  /**
   * Adds rows, all or nothing, durable when it resolves. `keys` sets the limits of the concurrency keys they name.
   * With an idempotency key that was used before nothing is added and the earlier execution's id is answered.
   * `claimFor` names an instance that takes and starts at once what may start at once ({@link isFreeAtOnce}).
   */
  enqueue(rows: readonly NewExecution[], options: EnqueueOptions): Promise<EnqueueResult>
  /** Sets the limits of concurrency keys. */
  setLimits(keys: readonly { key: string; max: number }[]): Promise<void>
  /**
   * Adds a run of a task that is due now, and answers in the same transaction what becomes of it. What would be skipped
   * for overlap is refused, and what is added is not skipped for it any more.
   */
  runNow(row: NewExecution, options: Omit<EnqueueOptions, 'claimFor'>): Promise<RunProspect>
  /**
   * Claims ready rows in order of rank. Slots are taken for what is due; a row claimed ahead of its instant takes none,
   * so that it turns nobody away who is due before it, and is admitted when its instant has come.
   */
  claim(request: ClaimRequest): Promise<ClaimResult>
  /**
   * Asks again for the slots of claimed rows whose instant has come. Rows neither claimed nor skipped are queued. Of
   * those `starting` it is noted in the same breath that they start at `now`, if they may.
   */
  admit(rows: readonly Claimed[], now: number, starting?: ReadonlySet<number>): Promise<ClaimResult>
  /**
   * Notes that attempts start; answers which, durable when it resolves. The others are in somebody else's hands, or gone:
   * they must not be started. To be called before the start, so that none is ever unknown.
   */
  markStarted(rows: readonly Start[]): Promise<number[]>
  /** Brings rows up to date of which so far only the store itself knows that they have started. Without it they are. */
  showStarted?(): Promise<void>
  /**
   * Writes how attempts ended. A word that was written already, because the answer to the first time was lost, counts as
   * written now.
   */
  settle(settlements: readonly Settlement[], now: number): Promise<SettleResult>
  /** Ends rows that nobody has claimed; answers the ones it could not end and who holds them. */
  cancelUnclaimed(
    ids: string[],
    at: number,
    reason: string,
  ): Promise<{ cancelled: string[]; held: { id: string; seq: number; claimedBy: string }[] } & Happened>
  /** Makes ready what waited for an instant before `until`; answers how many. */
  activate(until: number, most: number): Promise<number>
  /** The earliest instants at which planner and dispatcher have something to do; null for never. */
  nextInstants(): Promise<{ dueAt: number | null; runAt: number | null }>
  /** Claimed executions of other instances whose lease ended before `now`, in order of seq. */
  orphans(query: OrphanQuery): Promise<Orphan[]>
  /**
   * Takes over attempts that run on nodes, which the death of an instance does not end. Answers the new claims, with a
   * fence of their own; what somebody else has taken over meanwhile is left out.
   */
  adopt(claims: readonly ClaimKey[], instanceId: string): Promise<ClaimKey[]>
  /**
   * Lets claimed rows that have not started wait in a line of their own instead of in an instance's hands. They give
   * back their slots, cost nobody anything, and come back by {@link unpark}; the head of each line by {@link nudge}.
   */
  park(claims: readonly ClaimKey[], line: string): Promise<void>
  /** Makes the first rows of a line ready again; answers how many. */
  unpark(line: string, most: number): Promise<number>
  /** Which of these claims are no longer current, because somebody took over or removed the execution. */
  lost(claims: readonly ClaimKey[]): Promise<number[]>
  /** Notes at executions, live or ended, that an instance was still running an attempt which others had taken over. */
  markFenced(attempts: readonly FencedAttempt[]): Promise<void>
  /** What the store says an instance has in hand. */
  claimsOf(instanceId: string): Promise<ClaimKey[]>
  /** Lets the head of every line of blocked rows try again; answers how many do. The safety net for changed limits. */
  nudge(): Promise<number>
  /** Renews this instance's lease, which covers everything it has claimed. */
  heartbeat(instance: InstanceRecord, leaseUntil: number): Promise<void>
}

export interface InstanceRecord {
  id: string
  hostname: string
  pid: number
  version: string
  startedAt: number
  heartbeatAt: number
  state: InstanceState
  /** Attempts under way. */
  running: number
  /** Executions in hand that have not started. */
  waiting: number
}

/** What an instance says of itself; one that says nothing any more is `gone`. */
export type InstanceState = 'starting' | 'running' | 'degraded' | 'draining' | 'stopped'
