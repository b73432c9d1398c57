// Long because: what a node may say, and what follows from it, stands in one place.
import {
  type Clock,
  HEALTHY,
  judgeHealth,
  type NodeFacts,
  type NodeLease,
  type NodeState,
  RotaError,
  say,
  type Usage,
} from '@rota/core'
import type { EngineEvent } from '../api/events.ts'
import type { NodeIndex } from '../ports/node-index.ts'
import type { NodeEvent, NodeRow, NodeStore } from '../ports/nodes.ts'
import type { Heard, Joined, KnownNode, Registry } from '../ports/registry.ts'
import type { Reservations } from '../ports/reservations.ts'
import type { KnownNodes } from './known-nodes.ts'
import { belongs, lacksGpu } from './membership.ts'
import { createNodeMemories, type LastWord, type NodeMemory } from './node-memory.ts'
import { createNodeNews } from './node-news.ts'
import type { PoolBook } from './pool-book.ts'
import type { Quarantine } from './quarantine.ts'
import type { Recovery } from './recovery.ts'
import type { FleetSettings } from './settings.ts'

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

/** What becomes of a node, and who says so. */
export interface Transition {
  to: NodeState
  reason: string
  actor?: string | null
  /** Of the leader that says so. */
  term?: number | null
}

export interface FleetRegistry extends Registry {
  /** Notes a transition where everybody sees it; false when somebody else was sooner, or may say so better. */
  move(node: NodeRow, transition: Transition): Promise<boolean>
  /** A node has lost some of what it had, or all (null). */
  lost(node: string, leases: readonly string[] | null, why: string): void
  lastWord(node: string): LastWord | null
  /** Writes when nodes were heard of last. */
  flushSeen(): Promise<void>
}

/** What a node offers is forgotten by others after an hour; it is said again well before. */
const CAPABILITIES_MS = 3_600_000
const CAPABILITIES_AGAIN_MS = 1_200_000

export function createRegistry(options: RegistryOptions): FleetRegistry {
  const { clock, settings, store, reservations, known, book, recovery, quarantine, nextId, emit } = options
  const { memories, remembered } = createNodeMemories()
  const { lost, ...news } = createNodeNews(known, (node) => {
    memories.delete(node)
    quarantine.forget(node)
  })
  const seen = new Set<string>()
  const runTtlMs = 3 * settings.offlineAfterMs

  function eventOf(node: NodeRow, from: NodeState | null, { to, reason, actor = null }: Transition): NodeEvent {
    return { id: nextId(), node: node.id, tenantId: node.tenantId, at: clock.now(), from, to, reason, actor }
  }

  async function move(node: NodeRow, transition: Transition): Promise<boolean> {
    const { to, reason, term = null } = transition
    const event = eventOf(node, node.state, transition)
    if (!(await store.note(event, term))) {
      await known.refresh()
      return false
    }
    if (node.state === 'offline') remembered(node.id).warmSince = clock.monotonic()
    known.put({ ...node, state: to, stateReason: reason, stateAt: event.at })
    emit({ type: 'node_changed', id: node.id, tenantId: node.tenantId, from: node.state, to, reason })
    // The hot state learns it with the warden's next look at the latest.
    await reservations.setState(node.id, to, reason, term).catch(() => false)
    return true
  }

  /** Says what a node offers, unless that was said a moment ago. */
  async function offer(node: NodeRow) {
    const memory = remembered(node.id)
    if (clock.monotonic() - memory.offeredAt < CAPABILITIES_AGAIN_MS) return
    const services = Object.entries(node.capabilities).map(([service, offered]) => [service, JSON.stringify(offered)])
    try {
      await options.nodeIndex.setCapabilities(node.id, Object.fromEntries(services), CAPABILITIES_MS)
      memory.offeredAt = clock.monotonic()
    } catch {
      // Said with the next heartbeat.
    }
  }

  /** Why a node that says this of itself may not join; null when it may. */
  function refusalOf(facts: NodeFacts, kept: NodeRow | null): Extract<Joined, { outcome: 'refused' }> | null {
    const refused = (code: 'gpu_required' | 'removed' | 'invalid', why: string) =>
      ({ outcome: 'refused', code, why }) as const
    if (kept?.removedAt != null) {
      return refused(
        'removed',
        say`The node ${facts.id} was removed. Add it again with a new join token, or register it.`,
      )
    }
    if (!Number.isInteger(facts.capacity) || facts.capacity < 1) {
      return refused('invalid', say`A node says how much it runs at once: its capacity is a whole number from 1 on.`)
    }
    if (!Number.isFinite(facts.weight) || facts.weight <= 0) {
      return refused('invalid', say`The weight of a node is a number above 0.`)
    }
    if (settings.requiresGpu && lacksGpu({ requiresGpu: true }, facts)) {
      return refused(
        'gpu_required',
        say`Only nodes with a GPU may register (nodes.require_gpu), and this one has none.`,
      )
    }
    for (const pool of book.pools.values()) {
      if (belongs(pool, facts) && lacksGpu(pool, facts)) {
        return refused('gpu_required', say`The pool ${pool.name} takes only nodes with a GPU, and this one has none.`)
      }
    }
    return null
  }

  async function join(facts: NodeFacts, running: readonly NodeLease[], via: LastWord['via']): Promise<Joined> {
    const kept = await store.get(facts.id)
    const refusal = refusalOf(facts, kept)
    if (refusal !== null) return refusal
    const state: NodeState = kept?.isDraining ? 'draining' : 'ready'
    const stateReason = kept?.isDraining ? kept.stateReason : ''
    const taken = await takeRoom(facts, { state, stateReason, running, lastEpoch: kept?.epoch ?? 0 })
    const { epoch, keep, drop, lost: gone } = taken
    const row = await keepRow(facts, kept, { state, stateReason, epoch })
    const memory = remembered(facts.id)
    const isNew = kept === null || kept.state === 'offline'
    if (isNew) memory.warmSince = clock.monotonic()
    Object.assign(memory, { via, offeredAt: Number.NEGATIVE_INFINITY, leaving: null })
    if (gone.length > 0) lost(facts.id, gone, say`The node has begun anew without it.`)
    await offer(row)
    options.onNewcomer()
    const { heartbeatMs, offlineAfterMs: silenceMs } = settings
    return { outcome: 'joined', epoch, heartbeatMs, silenceMs, keep, drop }
  }

  /** Begins an incarnation in the hot state. Should that have forgotten everything just then, once more in the new era. */
  async function takeRoom(
    { id: node, capacity }: NodeFacts,
    about: { state: NodeState; stateReason: string; running: readonly NodeLease[]; lastEpoch: number },
  ) {
    const era = await recovery.current()
    const register = (inEra: number) =>
      reservations.register({
        ...{ node, capacity, ...about, runTtlMs, era: inEra },
        isRecovering: recovery.isRecovering,
      })
    const taken = await register(era)
    if (taken.drop.length === 0) return taken
    const now = await recovery.current()
    return now === era ? taken : register(now)
  }

  async function keepRow(
    facts: NodeFacts,
    kept: NodeRow | null,
    { state, stateReason, epoch }: Pick<NodeRow, 'state' | 'stateReason' | 'epoch'>,
  ): Promise<NodeRow> {
    const now = clock.now()
    const isMoved = kept?.state !== state
    const granted = kept?.granted ?? { pools: [], labels: {} }
    const row: NodeRow = {
      ...facts,
      ...{ state, stateReason, epoch, granted },
      pools: [...new Set([...facts.pools, ...granted.pools])],
      labels: { ...facts.labels, ...granted.labels },
      isDraining: kept?.isDraining ?? false,
      stateAt: isMoved ? now : kept.stateAt,
      keyHash: kept?.keyHash ?? null,
      earlierKeyHash: kept?.earlierKeyHash ?? null,
      keyAt: kept?.keyAt ?? null,
      registeredAt: now,
      lastSeenAt: now,
      removedAt: null,
    }
    const reason = stateReason || (kept === null ? say`It has registered.` : say`It has registered again.`)
    const from = kept?.state ?? null
    await store.save(row, isMoved ? eventOf(row, from, { to: state, reason }) : null, [])
    known.put(row)
    if (isMoved) emit({ type: 'node_changed', id: row.id, tenantId: row.tenantId, from, to: state, reason })
    return row
  }

  /** What a node does about its own room; `null` while nobody can be asked. */
  async function tellRoom(node: KnownNode, usage: Usage, running: readonly NodeLease[]) {
    const { id, epoch } = node
    try {
      return await reservations.beat({ node: id, epoch, usage, running, runTtlMs, ackTimeoutMs: settings.ackTimeoutMs })
    } catch (error) {
      if (RotaError.is(error) && error.code === 'unavailable') return null
      throw error
    }
  }

  /** Ready or degraded, by what it uses. */
  async function judge(node: KnownNode, memory: NodeMemory): Promise<{ state: NodeState; reason: string }> {
    const { thresholds } = settings
    if (node.isDraining || memory.leaving !== null) return { state: 'draining', reason: node.stateReason }
    const health =
      thresholds === null
        ? { state: 'ready' as const, reason: '', memory: HEALTHY }
        : judgeHealth(memory.usage, { thresholds, memory: memory.health, at: clock.now() })
    memory.health = health.memory
    const { state } = health
    const reason = health.reason || (node.state === 'offline' ? say`It is heard of again.` : '')
    if (state !== node.state) await move(node, { to: state, reason: reason || say`It is below its thresholds again.` })
    return { state, reason: health.reason }
  }

  async function beat(id: string, said: Parameters<Registry['beat']>[1]): Promise<Heard> {
    const node = await known.find(id)
    if (node === null) {
      const row = await store.get(id)
      return row?.removedAt == null ? { outcome: 'unknown' } : { outcome: 'removed' }
    }
    if (said.epoch !== undefined && said.epoch !== node.epoch) return { outcome: 'unknown' }
    const beaten = await tellRoom(node, said.usage, said.running)
    if (beaten !== null && beaten.outcome !== 'ok') return { outcome: 'unknown' }
    seen.add(id)
    const memory = remembered(id)
    memory.usage = said.usage
    memory.clockAheadMs = said.clock === null ? null : said.clock - clock.now()
    if (beaten !== null && beaten.lost.length > 0) {
      lost(id, beaten.lost, say`The node does not know of it any more.`)
    }
    const { state, reason } = await judge(node, memory)
    await offer(node)
    return { outcome: 'ok', state, reason, drop: beaten?.drop ?? [] }
  }

  function warmth(node: string): number {
    const since = memories.get(node)?.warmSince ?? Number.NEGATIVE_INFINITY
    return Math.min((clock.monotonic() - since) / Math.max(settings.slowStartMs, 1), 1)
  }

  async function leaving(id: string, reason: string) {
    const node = await known.find(id)
    if (node === null) return
    remembered(id).leaving = reason
    if (node.state !== 'draining') await move(node, { to: 'draining', reason })
  }

  async function flushSeen() {
    const ids = [...seen]
    seen.clear()
    await store.seen(ids, clock.now())
  }

  return {
    nodes: known.nodes,
    join,
    beat,
    move,
    lost,
    hasPool(name, tenantId) {
      const pool = book.pools.get(name)
      return pool !== undefined && (pool.tenantId === null || pool.tenantId === tenantId)
    },
    ...news,
    failed: quarantine.failed,
    isQuarantined: quarantine.isQuarantined,
    warmth,
    get isRecovering() {
      return recovery.isRecovering
    },
    leaving,
    lastWord: (node) => memories.get(node) ?? null,
    flushSeen,
  }
}
