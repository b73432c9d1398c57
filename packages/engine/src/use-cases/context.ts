import type { AuditDraft, Clock, ExecutionDefaults } from '@rota/core'
import type { Executor } from '@rota/executors'
import type { EngineEvent } from '../api/events.ts'
import type { Limits } from '../planning/limits.ts'
import type { ExecutionDetails } from '../ports/details.ts'
import type { ExecutionStore, NewExecution } from '../ports/executions.ts'
import type { LogStore } from '../ports/logs.ts'
import type { Shortage } from '../ports/placer.ts'
import type { SecretSource } from '../ports/secrets.ts'
import type { TailRelay } from '../ports/tail-relay.ts'
import type { Tails } from '../ports/tails.ts'
import type { TaskStore } from '../ports/tasks.ts'
import type { Reads } from '../views/reads.ts'
import type { PolicyGuard } from './policy-guard.ts'

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
  /** Where other instances share the store: their live output, and how often to look for it without. */
  remote: { relay: TailRelay; pollMs: number } | null
  isRunningHere: (executionId: string) => boolean
  executors: ReadonlyMap<string, Executor>
  /** Null where none are kept. */
  secrets: SecretSource | null
  defaultTimezone: string
  priorityStepMs: number
  limits: Limits
  policies: PolicyGuard
  /** What tasks and jobs take that say nothing themselves. */
  defaults: ExecutionDefaults
  emit: (event: EngineEvent) => void
  /** Writes an entry of the audit for what does not write its own with what it changes. */
  audit: (draft: AuditDraft) => Promise<void>
  /** Makes rows durable together with those of other callers. */
  enqueue: (rows: NewExecution[], keys: { key: string; max: number }[]) => Promise<void>
  /** Tells the planner that a cursor may have come nearer. */
  replan: () => void
  /** Tells the dispatcher that work is to start from an instant on. */
  expectFrom: (runAt: number) => void
  /** Starts nothing of a task here until the answer is called; for changes that take away what has not started. */
  withhold: (taskSeq: number) => () => void
  /** Forgets claimed executions that were removed. */
  drop: (seqs: number[]) => void
  /** Stops an execution in this instance's hands; when it is not, others are told to look what they shall stop. */
  cancelHere: (seq: number, reason: string) => void
  /** What an execution lacks that could start here; null for nothing, and for one in other hands. */
  shortageOf: (id: string) => Shortage | null
  /** When the node that runs it said so; null where that is not known here. */
  ackedAtOf: (id: string) => number | null
  progressOf: (id: string) => { percent: number; message: string | null } | null
}
