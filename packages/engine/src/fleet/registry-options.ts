import type { Clock } from '@rota/core'
import type { EngineEvent } from '../api/events.ts'
import type { NodeIndex } from '../ports/node-index.ts'
import type { NodeStore } from '../ports/nodes.ts'
import type { Reservations } from '../ports/reservations.ts'
import type { KnownNodes } from './known-nodes.ts'
import type { PoolBook } from './pool-book.ts'
import type { Quarantine } from './quarantine.ts'
import type { Recovery } from './recovery.ts'
import type { FleetSettings } from './settings.ts'

/** What the registry stands on. */
export interface RegistryOptions {
  clock: Clock
  settings: FleetSettings
  store: NodeStore
  reservations: Reservations
  nodeIndex: NodeIndex
  known: KnownNodes
  book: PoolBook
  recovery: Recovery
  quarantine: Quarantine
  nextId: () => string
  emit: (event: EngineEvent) => void
  /** A pool may be wanted that there is not yet. */
  onNewcomer: () => void
}
