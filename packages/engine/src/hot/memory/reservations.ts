import type { Clock } from '@rota/core'
import type { NodeDelta, Reservations } from '../../ports/reservations.ts'
import { NodeRoom, type Numbers } from './node-room.ts'

/** Room on nodes, kept by one process for all instances in it. */
export function createMemoryReservations(clock: Clock): Reservations {
  const rooms = new Map<string, NodeRoom>()
  const removed = new Map<string, Numbers>()
  const turns = new Map<string, number>()
  const deltas = createDeltas()
  let era: number | null = null

  /** Does something with a room, and tells when that changed it. */
  function within<T>(node: string, act: (room: NodeRoom) => T, otherwise: T): T {
    const room = rooms.get(node)
    if (room === undefined) return otherwise
    const before = room.version
    const answer = act(room)
    if (room.version !== before) deltas.changed(node, room)
    return answer
  }

  return {
    async register(join) {
      const { node } = join
      if (!rooms.has(node))
        rooms.set(node, new NodeRoom(node, clock, removed.get(node) ?? { epoch: 0, leases: 0, version: 0 }))
      return within(node, (room) => room.register(join), null)!
    },
    beat: async (beat) => within(beat.node, (room) => room.beat(beat), { outcome: 'no_node' }),
    reserve: async (request) => within(request.node, (room) => room.reserve(request), { outcome: 'no_node' }),
    commit: async (lease, runTtlMs) =>
      within(lease.node, (room) => room.commit(lease, runTtlMs), { outcome: 'unknown' }),
    release: async (lease) => within(lease.node, (room) => room.release(lease), { outcome: 'unknown' }),
    sweep: async (node, most) => within(node, (room) => room.sweep(most), { holds: 0, runs: [] }),
    setState: async (node, state, reason, term) => within(node, (room) => room.setState(state, reason, term), false),
    verify: async (node) => within(node, (room) => room.verify(), 0),
    loads: async (nodes) => nodes.map((node) => rooms.get(node)?.load() ?? null),
    async remove(node) {
      const room = rooms.get(node)
      if (room === undefined) return
      removed.set(node, room.numbers)
      rooms.delete(node)
    },
    era: async () => era,
    async setEra(next) {
      era = Math.max(era ?? 0, next)
    },
    async ticket(pool) {
      const turn = (turns.get(pool) ?? 0) + 1
      turns.set(pool, turn)
      return turn
    },
    onDelta: deltas.listen,
  }
}

/** Tells of changes in a later turn, of several of a node the last. */
function createDeltas() {
  const listeners = new Set<(delta: NodeDelta) => void>()
  const changed = new Map<string, NodeRoom>()

  function flush() {
    const deltas = [...changed.values()].map((room) => room.delta())
    changed.clear()
    for (const delta of deltas) for (const listener of [...listeners]) tell(listener, delta)
  }

  return {
    changed(node: string, room: NodeRoom) {
      if (listeners.size === 0) return
      if (changed.size === 0) queueMicrotask(flush)
      changed.set(node, room)
    },
    listen(listener: (delta: NodeDelta) => void) {
      const own = (delta: NodeDelta) => listener(delta)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
  }
}

/** One that throws keeps nothing from the others. */
function tell(listener: (delta: NodeDelta) => void, delta: NodeDelta) {
  try {
    listener(delta)
  } catch {}
}
