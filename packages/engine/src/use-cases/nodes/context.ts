import { type Caller, type Clock, notFound, tenantOf } from '@rota/core'
import type { NodeIndex } from '../../ports/node-index.ts'
import type { JoinTokenStore, NodeHistory, NodeStore, PoolStore } from '../../ports/nodes.ts'
import type { KnownNode, Registry } from '../../ports/registry.ts'
import type { Reservations } from '../../ports/reservations.ts'

/** What the rest of the engine does for what people ask of nodes. */
export interface NodesContext {
  clock: Clock
  nextId: () => string
  store: NodeStore
  history: NodeHistory
  pools: PoolStore
  joinTokens: JoinTokenStore
  reservations: Reservations
  nodeIndex: NodeIndex
  registry: Registry
  instanceId: string
  /** A row as it is now, after somebody has changed it here. */
  refresh: () => Promise<void>
  /** The pools are to be looked at, and published where this instance does that. */
  poolsChanged: () => Promise<void>
  poolNames: () => Iterable<string>
  applied: () => { version: number; term: number }
  clockAheadOf: (node: string) => number | null
}

/** Whether a caller sees what belongs to a tenant: those of a tenant what is that tenant's, all others everything. */
export function isSeen({ scope }: Pick<Caller, 'scope'>, tenantId: string | null): boolean {
  const own = tenantOf(scope)
  return own === null || own === tenantId
}

/** Throws `not_found`, also for what another tenant has. */
export function knownNode({ registry }: Pick<NodesContext, 'registry'>, caller: Caller, id: string): KnownNode {
  const node = registry.nodes.get(id)
  if (node === undefined || !isSeen(caller, node.tenantId)) throw notFound('node', id.slice(0, 64))
  return node
}
