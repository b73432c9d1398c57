import type { ExecutionStatus, FailureKind, Trigger } from '@rota/core'

/** What an execution runs, as far as whoever writes its end knows it. */
export interface WorkFacts {
  /** Null for a job without a task. */
  taskId: string | null
  type: string
}

/** An execution when something became of it, as its row said. Instants are epoch ms. */
interface OfExecution {
  id: string
  tenantId: string | null
  /** Null for a job without a task. */
  taskSeq: number | null
  /** Null where it has to be looked up by `taskSeq`. */
  work: WorkFacts | null
  trigger: Trigger
  /** Counted from 1; 0 for an answer that was never to run. */
  attempt: number
  dueAt: number
  startedAt: number | null
  finishedAt: number
  /** In whose hands it was; null for nobody's. */
  instanceId: string | null
}

/** An execution has its final state. */
export interface Ended extends OfExecution {
  kind: 'execution_finished'
  status: Extract<ExecutionStatus, 'success' | 'failed' | 'cancelled' | 'skipped'>
  failure: FailureKind | null
  reason: string | null
  /** How long all its attempts ran, in ms; null where none began. */
  ranMs: number | null
}

/** An attempt has failed, and the next one will follow. */
export interface Retried extends OfExecution {
  kind: 'execution_retried'
  /** When the next one starts. */
  runAt: number
}

/**
 * What became of an execution. The verbs of a store answer what has happened by them once it is committed, and write it
 * into the outbox in the same transaction where a consumer wants it: told is what can be read, and all of it.
 */
export type Happening = Ended | Retried

export type HappeningKind = Happening['kind']

/** What a verb of a store answers beside its own result. */
export interface Happened {
  happened: Happening[]
}
