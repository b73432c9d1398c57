import { type NodeFacts, type NodeLease, type NodeState, say } from '@rota/core'
import type { NodeRow } from '../ports/nodes.ts'
import type { Joined } from '../ports/registry.ts'
import { belongs, lacksGpu, ownLanguagePool } from './membership.ts'
import type { LastWord, NodeMemory } from './node-memory.ts'
import type { RegistryOptions } from './registry-options.ts'

interface JoiningParts {
  remembered: (node: string) => NodeMemory
  /** Says what a node offers. */
  offer: (node: NodeRow) => Promise<void>
  lost: (node: string, leases: readonly string[] | null, why: string) => void
}

/** What a node runs is held for so many times as long as a node may be silent. */
export const RUN_PATIENCE = 3

/** How nodes come: whether one may join, its room, and its row. */
export function createJoining(options: RegistryOptions, { remembered, offer, lost }: JoiningParts) {
  const { clock, settings, store, reservations, known, book, recovery, nextId, emit } = options
  const runTtlMs = RUN_PATIENCE * settings.offlineAfterMs

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
    // Who was degraded stays so until its next heartbeat: it has only connected again.
    const staysAs = kept?.isDraining ? 'draining' : kept?.state === 'degraded' ? 'degraded' : null
    const state: NodeState = staysAs ?? 'ready'
    const stateReason = staysAs === null ? '' : kept!.stateReason
    const taken = await takeRoom(facts, { state, stateReason, running, lastEpoch: kept?.epoch ?? 0 })
    const { epoch, keep, drop, lost: gone } = taken
    const row = await keepRow(facts, kept, { state, stateReason, epoch })
    const memory = remembered(facts.id)
    const isNew = kept === null || kept.state === 'offline'
    if (isNew) memory.warmSince = clock.monotonic()
    Object.assign(memory, { via, offeredAt: Number.NEGATIVE_INFINITY, leaving: null })
    if (gone.length > 0) lost(facts.id, gone, say`The node has begun anew without it.`)
    await offer(row)
    // Who is in which pool is looked at every second; a pool that there is not yet is not waited for.
    const wanted = [ownLanguagePool(row), ...row.pools]
    if (wanted.some((pool) => pool !== null && !book.pools.has(pool))) options.onNewcomer()
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
    const event = { id: nextId(), node: row.id, tenantId: row.tenantId, at: now, from, to: state, reason, actor: null }
    await store.save(row, isMoved ? event : null, [])
    known.put(row)
    if (isMoved) emit({ type: 'node_changed', id: row.id, tenantId: row.tenantId, from, to: state, reason })
    return row
  }

  return join
}
