import type { Caller } from '@rota/core'
import type { HappeningKind } from '../ports/happenings.ts'
import type { OutboxEntry } from '../ports/outbox.ts'
import type { Audit } from './audit.ts'
import type { EngineEvent } from './events.ts'
import type { Executions } from './executions.ts'
import type { EngineStatus, InstanceView } from './instances.ts'
import type { LedgerFilter, LedgerPage } from './ledger.ts'
import type { Nodes } from './nodes.ts'
import type { Overviews } from './overviews.ts'
import type { Schedules } from './schedules.ts'
import type { Stats } from './stats.ts'
import type { Tasks } from './tasks.ts'

/** What a consumer of happenings wants, and what it does with them. */
export interface FollowOptions {
  kinds: readonly HappeningKind[]
  /** Deals with entries in order, each at least once. When it rejects, the same come again, later each time. */
  handle: (entries: readonly OutboxEntry[]) => Promise<void>
}

/** The scheduler, whatever store it stands on. */
export interface Engine {
  readonly tasks: Tasks
  readonly executions: Executions
  readonly schedules: Schedules
  readonly stats: Stats
  readonly overviews: Overviews
  readonly audit: Audit
  readonly nodes: Nodes
  ledger(caller: Caller, filter: LedgerFilter): Promise<LedgerPage>
  status(): EngineStatus
  /** All instances on the same store, the longest running first; those that are gone for ten minutes more. */
  instances(): Promise<InstanceView[]>
  /** Calls `listener` for every event until the returned function is called. */
  on(listener: (event: EngineEvent) => void): () => void
  /**
   * Gives what happens to a consumer, across restarts and instances, of which one at a time has it. From the first time
   * that a consumer is named on, nothing of what it wants is left out. Throws `conflict` when it is followed here already.
   */
  follow(consumer: string, options: FollowOptions): void
  /** Forgets a consumer; what waits for it is not kept any more. */
  unfollow(consumer: string): Promise<void>
  /** Counts for gauges: pending and running executions, age of the oldest waiting one in ms. */
  gauges(): Promise<{ pending: number; running: number; oldest_waiting_ms: number | null; tasks: number }>
  /** Copies the whole store to a folder while work goes on. `progress` gets 0–1. */
  backup(folder: string, progress?: (done: number) => void): Promise<void>
  start(): Promise<void>
  /** Stops claiming, lets running work finish for `graceMs`, then cancels it; resolves when everything is written. */
  stop(options?: { graceMs?: number }): Promise<void>
}
