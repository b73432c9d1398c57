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

export interface TaskFacts {
  id: string
  name: string
  schedule: OracleSchedule
  /** When it began to be due, and when it ceased. */
  begun: Doubtful
  ended: Doubtful
  /** What happens when it is due while an earlier execution runs. Only `allow` obliges the server to start at once. */
  overlap: 'allow' | 'skip' | 'queue'
  /** Names of tasks of which never two run at once. */
  exclusive?: string
  maxAttempts: number
  /** What is later than this may be skipped or merged instead of being run. */
  graceMs: number
  /** False when it does not testify at its start or end. */
  testifies: boolean
}

/** The server was away, or could not work, until it took work again. */
export interface Fault {
  /** Just before it began. */
  at: number
  /** When it had surely begun: the process was seen to be gone. */
  sureAt: number
  until: number
  /** `death`: a kill, after which no result of an attempt of before may be accepted. */
  kind: 'death' | 'pause'
}

/** What a task itself wrote down. */
export interface Testimony {
  kind: 'start' | 'end'
  task: string
  execution: string
  attempt: number
  /** Tells two starts of the same attempt apart, should the second be a retry after a crash. */
  epoch: string
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
  trigger: string
  status: string
  failure: string | null
  scheduled_at: string
  started_at: string | null
  finished_at: string | null
  attempt: number
  attempts: { attempt: number; status: string; failure: string | null }[]
}

export interface History {
  tasks: TaskFacts[]
  faults: Fault[]
  testimonies: Testimony[]
  ledger: LedgerEntry[]
  executions: ExecutionRow[]
  /** When all of this was collected. */
  collectedAt: number
}

/** One thing that must not be, in words. */
export interface Finding {
  verdict: VerdictClass
  task: string
  text: string
}

export const VERDICT_CLASSES = [
  'missing',
  'duplicateFire',
  'unexplained',
  'early',
  'late',
  'doubleAttempt',
  'overlap',
  'lostEnd',
  'wrongState',
  'fencedAccepted',
  'retryPolicy',
  'stuck',
] as const

export type VerdictClass = (typeof VERDICT_CLASSES)[number]
