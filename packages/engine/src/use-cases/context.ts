import type { Clock } from '@rota/core'
import type { Executor } from '@rota/executors'
import type { EngineEvent } from '../api.ts'
import type { Limits } from '../planning/limits.ts'
import type { ExecutionDetails } from '../ports/details.ts'
import type { ExecutionStore, NewExecution } from '../ports/executions.ts'
import type { LogStore } from '../ports/logs.ts'
import type { Tails } from '../ports/tails.ts'
import type { TaskStore } from '../ports/tasks.ts'
import type { Reads } from '../views/reads.ts'

/** What use-cases work with. */
export interface UseCaseContext {
  clock: Clock
  nextId: () => string
  tasks: TaskStore
  executions: ExecutionStore
  details: ExecutionDetails
  queries: Reads
  logs: LogStore
  tails: Tails
  executors: ReadonlyMap<string, Executor>
  defaultTimezone: string
  priorityStepMs: number
  limits: Limits
  emit: (event: EngineEvent) => void
  /** Makes rows durable together with those of other callers. */
  enqueue: (rows: NewExecution[], keys: { key: string; max: number }[]) => Promise<void>
  /** Tells the planner that a cursor may have come nearer. */
  replan: () => void
  /** Tells the dispatcher that work is to start at an instant. */
  expect: (runAt: number) => void
  /** Notes in the store what is running here, so that nothing that runs is taken for something to come. */
  recordStarts: () => Promise<void>
  /** Forgets claimed executions that were removed. */
  drop: (seqs: number[]) => void
  /** Stops an execution in this instance's hands; false when it is not. */
  cancelHere: (seq: number, reason: string) => boolean
  progressOf: (id: string) => { percent: number; message: string | null } | null
}
