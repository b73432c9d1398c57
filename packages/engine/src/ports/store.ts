import type { AuditStore } from './audit.ts'
import type { Cancellations } from './cancellations.ts'
import type { ExecutionDetails } from './details.ts'
import type { Eras } from './eras.ts'
import type { ExecutionStore } from './executions.ts'
import type { Lease, LeaseTerms } from './lease.ts'
import type { LogStore } from './logs.ts'
import type { JoinTokenStore, NodeHistory, NodeStore, PoolStore } from './nodes.ts'
import type { Outbox } from './outbox.ts'
import type { Queries } from './queries.ts'
import type { Tails } from './tails.ts'
import type { TaskStore } from './tasks.ts'
import type { Upkeep } from './upkeep.ts'

/** What a store can and cannot do; code asks these names, never which database it is. */
export interface StoreCapabilities {
  /** Nobody else can open it while we do, so claims found at the start belong to nobody. */
  exclusive: boolean
}

/** Everything the engine keeps, behind ports. */
export interface StoreParts {
  readonly kind: 'sqlite' | 'memory' | 'postgres'
  /** For people: a path, or `memory`. */
  readonly location: string
  readonly capabilities: StoreCapabilities
  readonly tasks: TaskStore
  readonly executions: ExecutionStore
  /** Keeps a lease from a thread. Left out where the engine's loop has to. */
  readonly lease?: (terms: LeaseTerms) => Lease
  /** Only where there can be other instances. */
  readonly cancellations?: Cancellations
  readonly details: ExecutionDetails
  readonly outbox: Outbox
  readonly audit: AuditStore
  readonly queries: Queries
  readonly upkeep: Upkeep
  readonly nodes: NodeStore
  readonly nodeHistory: NodeHistory
  readonly pools: PoolStore
  readonly joinTokens: JoinTokenStore
  readonly eras: Eras
  readonly logs: LogStore
  readonly tails: Tails
  /** Copies everything to a folder while work goes on; `progress` gets 0–1. */
  backup(folder: string, progress?: (done: number) => void): Promise<void>
  /** Writes what is queued and closes all files. */
  close(): Promise<void>
}
