import { type Clock, RotaError, say } from '@rota/core'
import type { EngineEvent } from '../api/events.ts'
import { createLoop, type Duty } from '../duties/loop.ts'
import type { Pulse } from '../duties/pulse.ts'
import type { NodeHistory } from '../ports/nodes.ts'
import type { KnownNode } from '../ports/registry.ts'
import type { NodeLoad, Reservations } from '../ports/reservations.ts'
import type { Leadership } from './leadership.ts'
import type { PoolKeeper } from './pool-keeper.ts'
import type { Recovery } from './recovery.ts'
import type { FleetRegistry } from './registry.ts'
import type { FleetSettings } from './settings.ts'

export interface WardenOptions {
  clock: Clock
  settings: FleetSettings
  reservations: Pick<Reservations, 'loads' | 'setState' | 'sweep' | 'verify'>
  history: NodeHistory
  registry: FleetRegistry
  leadership: Leadership
  recovery: Recovery
  keeper: PoolKeeper
  pulse: Pulse
  emit: (event: EngineEvent) => void
}

/** When so large a share of the nodes is silent at once, and more than a few, rather the observer is deaf. */
const PANIC_SHARE = 0.5
const FEW = 2
/** So many times longer they are waited for then. */
const PANIC_PATIENCE = 3
/** Nodes whose room is swept and counted at each look. */
const SWEPT_AT_ONCE = 20
const MOST_SWEPT = 64
const PRUNE_MS = 3_600_000
const MOST_PRUNED = 5_000

/**
 * What one instance does for all nodes: notices who is silent, gives back room that nobody holds, keeps what charts show,
 * and looks after the pools. It judges a node by how long its last word has been the same, by its own monotonic clock, so
 * that no clock need agree with another; and nobody while the hot state is away or has forgotten the nodes.
 */
export function createWarden(options: WardenOptions): Duty {
  const { clock, settings, reservations, registry, leadership, recovery, keeper, pulse, emit } = options
  /** When a node's last word was first found, by the monotonic clock. */
  let heard = new Map<string, { beatAt: number | null; epoch: number; at: number }>()
  let ledIn: number | null = null
  let doubtedSince: number | null = null
  let turn = 0
  let loadAt = Number.NEGATIVE_INFINITY
  let pruneAt = Number.NEGATIVE_INFINITY

  async function step(): Promise<number> {
    const term = await claimed()
    if (term !== ledIn) forgetAll(term)
    if (term === null) return settings.lookMs
    const fencedBy = await unlessAway(() => keeper.keep(term))
    if (fencedBy !== null) leadership.overtaken(fencedBy)
    await lookAtNodes(term)
    await prune()
    return settings.lookMs
  }

  /** Whoever has not led until now has heard nobody, and begins to count from here. */
  function forgetAll(term: number | null) {
    ledIn = term
    heard = new Map()
    doubtedSince = null
  }

  async function claimed(): Promise<number | null> {
    try {
      return await leadership.claim()
    } catch (error) {
      if (!isAway(error)) throw error
      return leadership.term
    }
  }

  async function unlessAway(work: () => Promise<number | null>): Promise<number | null> {
    try {
      return await work()
    } catch (error) {
      if (!isAway(error)) throw error
      return null
    }
  }

  async function lookAtNodes(term: number): Promise<void> {
    const nodes = [...registry.nodes.values()]
    if (nodes.length === 0) return
    let loads: (NodeLoad | null)[]
    try {
      loads = await reservations.loads(nodes.map(({ id }) => id))
    } catch (error) {
      if (!isAway(error)) throw error
      forgetAll(term)
      return
    }
    if (recovery.isAway || recovery.isRecovering) forgetAll(term)
    else await judge(nodes, loads, term)
    await settle(nodes, loads, term)
    await keepLoad(nodes, loads)
    await sweep(nodes)
  }

  /** Takes the silent ones for gone, unless too many are silent at once. */
  async function judge(nodes: readonly KnownNode[], loads: readonly (NodeLoad | null)[], term: number): Promise<void> {
    const now = clock.monotonic()
    const { offlineAfterMs } = settings
    const silent: KnownNode[] = []
    const next: typeof heard = new Map()
    nodes.forEach((node, at) => {
      const beatAt = loads[at]?.beatAt ?? null
      const before = heard.get(node.id)
      const isSame = before !== undefined && before.beatAt === beatAt && before.epoch === node.epoch
      const word = isSame ? before : { beatAt, epoch: node.epoch, at: now }
      next.set(node.id, word)
      if (node.state !== 'offline' && now - word.at >= offlineAfterMs) silent.push(node)
    })
    heard = next
    const live = nodes.filter(({ state }) => state !== 'offline').length
    if (silent.length > Math.max(FEW, live * PANIC_SHARE)) {
      if (doubtedSince === null) emit({ type: 'nodes_doubted', silent: silent.length, of: live })
      doubtedSince ??= now
      if (now - doubtedSince < offlineAfterMs * PANIC_PATIENCE) return
    } else doubtedSince = null
    const seconds = Math.round(offlineAfterMs / 1_000)
    for (const node of silent) {
      await registry.move(node, { to: 'offline', reason: say`Nothing was heard of it for ${seconds} s.`, term })
    }
  }

  /** Where the hot state has another word than the store, that of the store counts. */
  async function settle(nodes: readonly KnownNode[], loads: readonly (NodeLoad | null)[], term: number): Promise<void> {
    for (const [at, node] of nodes.entries()) {
      const load = loads[at]
      if (load == null || load.state === node.state || registry.nodes.get(node.id) !== node) continue
      await reservations.setState(node.id, node.state, node.stateReason, term)
    }
  }

  async function keepLoad(nodes: readonly KnownNode[], loads: readonly (NodeLoad | null)[]): Promise<void> {
    const now = clock.now()
    if (Math.abs(now - loadAt) < settings.loadEveryMs) return
    loadAt = now
    const samples = nodes.flatMap((node, at) => {
      const load = loads[at]
      if (load == null || node.state === 'offline') return []
      return [{ node: node.id, tenantId: node.tenantId, at: now, running: load.running, ...load.usage }]
    })
    await options.history.addLoad(samples)
  }

  async function sweep(nodes: readonly KnownNode[]): Promise<void> {
    for (let done = 0; done < Math.min(SWEPT_AT_ONCE, nodes.length); done++) {
      const { id, state } = nodes[turn++ % nodes.length]!
      // What runs there may be waited for; nobody else can use its room meanwhile.
      if (state === 'offline') continue
      const { runs } = await reservations.sweep(id, MOST_SWEPT)
      if (runs.length > 0) registry.lost(id, runs, say`The node has not spoken of it for too long.`)
      const by = await reservations.verify(id)
      if (by !== 0) emit({ type: 'capacity_drifted', node: id, by })
    }
  }

  async function prune(): Promise<void> {
    const now = clock.monotonic()
    if (now - pruneAt < PRUNE_MS) return
    pruneAt = now
    const at = clock.now()
    const before = { load: at - settings.loadKeepMs, events: at - settings.eventKeepMs }
    while ((await options.history.prune(before, MOST_PRUNED)) > 0);
  }

  const loop = createLoop({
    clock,
    step,
    longestSleepMs: settings.lookMs,
    onError: (error, call) => (isAway(error) ? settings.lookMs : pulse.storeFailed(error, call)),
  })
  return {
    ...loop,
    async stop() {
      await loop.stop()
      await leadership.resign().catch(() => undefined)
    },
  }
}

/** Whether the store or the hot state is away, which passes. */
function isAway(error: unknown): boolean {
  return RotaError.is(error) && error.code === 'unavailable'
}
