import type { Nodes } from '../api/nodes.ts'
import { type Living, together } from '../duties/life.ts'
import { createKnownNodes } from '../fleet/known-nodes.ts'
import { createLeadership } from '../fleet/leadership.ts'
import { createPoolBook } from '../fleet/pool-book.ts'
import { createPoolKeeper } from '../fleet/pool-keeper.ts'
import { createQuarantine } from '../fleet/quarantine.ts'
import { createRecovery } from '../fleet/recovery.ts'
import { createRegistry, type FleetRegistry } from '../fleet/registry.ts'
import { createScout } from '../fleet/scout.ts'
import { createWarden } from '../fleet/warden.ts'
import { createNodes } from '../use-cases/nodes/nodes.ts'
import type { Ground } from './ground.ts'
import type { EngineSettings } from './options.ts'

/** What one instance does for all nodes, by the name under which it is led. */
const ROLE = 'nodes'

/** Everything about nodes. */
export interface Fleet {
  /** But for their connections, which are the way to them. */
  nodes: Omit<Nodes, 'connect'>
  registry: FleetRegistry
  /** Reads what is known of nodes and pools, before anything runs by itself. */
  prepare(): Promise<void>
  duties: Living
}

/** What becomes of orders to nodes, for metrics. */
function tellOfOrders({ signals: { asked, acked, turnedAway }, pulse: { emit } }: Ground) {
  asked.hear((outcome) => emit({ type: 'room_asked', outcome }))
  acked.hear((order) => emit({ type: 'order_acked', ...order }))
  turnedAway.hear((order) => emit({ type: 'order_failed', ...order }))
}

/** Nodes, pools and who looks after them. */
export function createFleet(settings: EngineSettings, ground: Ground): Fleet {
  const { store, hot, nodes: fleet } = settings
  const { clock, nextId, instanceId, pulse } = ground
  const { emit } = pulse
  const { reservations, nodeIndex, publications } = hot
  const known = createKnownNodes({ clock, store: store.nodes, poolsOf: (node) => book.poolsOf(node) })
  const { nodes } = known
  const book = createPoolBook({
    ...{ clock, publications, nodeIndex, store: store.pools, instanceId, emit },
    onApplied: () => known.sortAnew(),
  })
  const patienceMs = 2 * fleet.offlineAfterMs
  const recovery = createRecovery({
    ...{ clock, eras: store.eras, reservations, nodes, patienceMs, emit },
    refresh: known.refresh,
  })
  const registry = createRegistry({
    ...{ clock, settings: fleet, store: store.nodes, reservations, nodeIndex, known, book, recovery, nextId, emit },
    quarantine: createQuarantine(clock, nodes, fleet.quarantine),
    onNewcomer: () => warden.wake(),
  })
  tellOfOrders(ground)
  const leadership = createLeadership({
    ...{ clock, role: ROLE, instanceId, terms: hot.leaderTerms, eras: store.eras, ttlMs: fleet.leaderMs, emit },
  })
  const keeper = createPoolKeeper({
    ...{ clock, store: store.pools, publications, nodeIndex, nodes, instanceId, emit },
    pruneMs: fleet.poolPruneMs,
    onPublished: () => scout.wake(),
  })
  const warden = createWarden({
    ...{ clock, settings: fleet, reservations, history: store.nodeHistory, registry, leadership, recovery, keeper },
    ...{ pulse, emit },
  })
  const scout = createScout({ clock, known, book, recovery, registry, pulse, everyMs: fleet.lookMs })
  return {
    registry,
    nodes: createNodes({
      ...{ clock, nextId, instanceId, registry, reservations, nodeIndex },
      ...{ store: store.nodes, history: store.nodeHistory, pools: store.pools, joinTokens: store.joinTokens },
      refresh: known.refresh,
      async poolsChanged() {
        warden.wake()
      },
      poolNames: () => book.pools.keys(),
      applied: () => ({ version: book.version, term: book.term }),
      clockAheadOf: (node) => registry.lastWord(node)?.clockAheadMs ?? null,
    }),
    async prepare() {
      await book.refresh()
      await known.refresh()
      // While the hot state is away, whoever joins asks for the era again.
      await recovery.look().catch(() => undefined)
    },
    duties: together([scout, warden]),
  }
}
