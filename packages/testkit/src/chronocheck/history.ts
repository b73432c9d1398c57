/** When a task's schedule falls due, in words that the product does not share. Everything is UTC. */
export type OracleSchedule =
  /** Six cron fields (second first): numbers, `*`, `a-b`, each with a step after `/`, and lists of these. */
  | { kind: 'fields'; fields: string }
  /** `anchorMs` plus whole multiples of `everyMs`. */
  | { kind: 'interval'; anchorMs: number; everyMs: number }

/** An instant known to lie between two: when a request was sent and when it was answered. */
export interface Doubtful {
  from: number
  to: number
}

/** What holds from some instant on, until the next of them. */
export interface Definition {
  /** Null: nothing is due; the task is disabled or deleted. */
  schedule: OracleSchedule | null
  /** Its instants are answered, by saying that it was paused, and do not run. */
  isPaused?: boolean
  since: Doubtful
  /** False when nobody knows whether the change was made: the request was not answered. */
  isCertain: boolean
}

export interface TaskFacts {
  id: string
  name: string
  /** In the order of their requests; before the first, nothing is due. */
  definitions: Definition[]
  /** What happens when it is due while an earlier execution runs. Only `allow` obliges the server to start at once. */
  overlap: 'allow' | 'skip' | 'queue' | 'replace'
  /** Names of tasks of which never two run at once. */
  exclusive?: string
  maxAttempts: number
  /** What is later than this may be skipped or merged instead of being run. */
  graceMs: number
  /** False when it does not testify at its start or end. */
  testifies: boolean
}

/** What a client asked for, and what it knows of the outcome. */
export interface Operation {
  kind: 'submit' | 'run' | 'cancel' | 'create' | 'change' | 'pause' | 'resume' | 'disable'
  /** Of `submit` the job's name, one for each idempotency key; of `cancel` an execution; else a task. */
  subject: string
  at: Doubtful
  /** `unknown`: no answer came, or one that does not tell whether it was done. */
  outcome: 'ok' | 'refused' | 'unknown'
  /** The execution, or task, that the answer named. */
  answered: string | null
  /** The status that the answer gave it. */
  status: string | null
}

export const FAULT_KINDS = ['death', 'drain', 'pause', 'network', 'store', 'hot', 'clock', 'machine'] as const

/**
 * `death`: kill -9, after which no result of an attempt of before may be accepted. `drain`: a stop in good order.
 * `pause`: stopped and continued. `network`: cut off from the store. `store`, `hot`: PostgreSQL or Redis is at fault.
 * `clock`: a wall clock is wrong, which is no excuse for anything. `machine`: everything stood still, the tests too.
 */
export type FaultKind = (typeof FAULT_KINDS)[number]

export interface Fault {
  kind: FaultKind
  /** The one that it befell; null for all of them. */
  instance: number | null
  /** Just before it began. */
  at: number
  /** When it had surely begun: the process was seen to be gone. */
  sureAt: number
  /** When it was over, and work was taken again. */
  until: number
  /** In words. */
  what: string
}

/** What a task itself wrote down. */
export interface Testimony {
  kind: 'start' | 'end'
  task: string
  execution: string
  attempt: number
  /** Tells two starts of the same attempt apart, should the second be a retry after a crash. */
  epoch: string
  /** Raised by each claim. */
  fence: number
  /** Who started it; 0 when that is not known. */
  instance: number
  due: string
  pid: number
  at_ns: number
  code: number | null
}

/** An entry of the product's ledger; only the members that the checker uses. */
export interface LedgerEntry {
  task_id: string
  due_at: string
  answer: string
  reason: string | null
  execution_id: string | null
  covers: { from: string; to: string; count: number } | null
}

/** An execution of the product; only the members that the checker uses. */
export interface ExecutionRow {
  id: string
  task_id: string | null
  task_name?: string | null
  trigger: string
  status: string
  failure: string | null
  scheduled_at: string
  started_at: string | null
  finished_at: string | null
  attempt: number
  attempts: { attempt: number; status: string; failure: string | null }[]
}

/** Something about an instance that must not be, as the harness saw it. */
export interface Sighting {
  kind: 'crash' | 'orphan' | 'notReady'
  instance: number | null
  at: number
  text: string
}

export interface History {
  /** How long an instance may be silent before others take over its work; 0 for a server on its own. */
  leaseMs: number
  instances: number
  /**
   * For so long after a change was acknowledged instances may go by what was before: one that had claimed an occurrence
   * ahead of its instant may run it, or give it up unrun. 0 for a server on its own.
   */
  settlingMs: number
  /** Within this time an undisturbed server starts what is due. */
  usualLatenessMs: number
  tasks: TaskFacts[]
  /** Ids of the tasks that the product knows in the end. */
  storedTasks: string[]
  operations: Operation[]
  faults: Fault[]
  testimonies: Testimony[]
  ledger: LedgerEntry[]
  executions: ExecutionRow[]
  sightings: Sighting[]
  /** When all of this was collected. */
  collectedAt: number
}

/** One thing that must not be, in words. */
export interface Finding {
  verdict: VerdictClass
  task: string
  text: string
  /** Where to look for it on the picture. */
  at: number | null
}

export const VERDICT_CLASSES = [
  'missing',
  'duplicateFire',
  'unexplained',
  'early',
  'late',
  'doubleAttempt',
  'restarted',
  'overlap',
  'lostEnd',
  'wrongState',
  'fencedAccepted',
  'zombie',
  'retryPolicy',
  'stuck',
  'lostWrite',
  'cancelledRan',
  'orphan',
  'crash',
  'notReady',
] as const

export type VerdictClass = (typeof VERDICT_CLASSES)[number]

/** What may have been one way or the other, so that nobody is to blame: how often, by kind. */
export type Doubts = Record<
  'undecidedInstants' | 'unansweredRequests' | 'attemptsWithoutEnd' | 'toleratedOverlaps' | 'toleratedRestarts',
  number
>

export interface Verdict {
  findings: Finding[]
  doubts: Doubts
}
