// Long because: what a node may say, and what follows from it, stands in one place.
import { HEALTHY, judgeHealth, type NodeLease, type NodeState, RotaError, say, type Usage } from '@rota/core'
import type { NodeEvent, NodeRow } from '../ports/nodes.ts'
import type { Heard, KnownNode, Registry } from '../ports/registry.ts'
import { createJoining, RUN_PATIENCE } from './joining.ts'
import { createNodeMemories, type LastWord, type NodeMemory } from './node-memory.ts'
import { createNodeNews } from './node-news.ts'
import type { RegistryOptions } from './registry-options.ts'

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
  const runTtlMs = RUN_PATIENCE * settings.offlineAfterMs
  const join = createJoining(options, { remembered, offer, lost })

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
