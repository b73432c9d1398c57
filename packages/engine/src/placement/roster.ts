import type { Candidate, Clock, Timer } from '@rota/core'
import type { KnownNode, Registry } from '../ports/registry.ts'
import type { NodeDelta, NodeLoad, Reservations } from '../ports/reservations.ts'

export interface RosterOptions {
  clock: Clock
  registry: Registry
  reservations: Pick<Reservations, 'loads' | 'onDelta'>
  /** How often everything is looked at, whatever was heard of it, in ms. */
  refreshMs: number
}

/**
 * The nodes as placement sees them: what they said of themselves, and how much room they have as of the last word heard.
 * A view, never the truth: room is taken by reservations alone, whose answers come in here, too.
 */
export interface Roster {
  /** The same objects each time, changed in place. */
  candidates(): readonly Candidate[]
  /** How old the oldest word is, in ms. */
  ageMs(): number
  get(node: string): Candidate | undefined
  /** What a reservation has said in passing. */
  full(node: string, free: number): void
  gone(node: string, state: Candidate['state'] | null): void
  taken(node: string, free: number): void
  /** It has failed: whether it is to be left out is asked at once. */
  doubt(node: string): void
  /** Hears of a node that may have room. */
  onRoom(listener: (node: Candidate) => void): void
  start(): void
  stop(): void
}

/** What only time changes of all candidates is looked at so often at most: a decision must not touch each of 1,000. */
const AGES_MS = 100

interface Seen {
  candidate: Candidate
  version: number
  usageAt: number
}

export function createRoster({ clock, registry, reservations, refreshMs }: RosterOptions): Roster {
  const nodes = new Map<string, Seen>()
  const listeners: ((node: Candidate) => void)[] = []
  /** Nodes of which something is different, whose room is to be looked at. */
  const changed = new Set<string>()
  let all: Candidate[] | null = null
  /** When what time changes of candidates was last brought up to date. */
  let agedAt = Number.NEGATIVE_INFINITY
  let heardAt = Number.NEGATIVE_INFINITY
  let timer: Timer | null = null
  let unhear: (() => void) | null = null
  let isRefreshing = false
  let isLooking = false

  function tell(candidate: Candidate) {
    const { capacity, running, reserved, state } = candidate
    if (running + reserved >= capacity || (state !== 'ready' && state !== 'degraded')) return
    for (const listener of listeners) listener(candidate)
  }

  /** Of many that change at once, as when a server is started, each is looked at alone. */
  function takeFacts(ids: Iterable<string>) {
    for (const id of ids) {
      const node = registry.nodes.get(id)
      const seen = nodes.get(id)
      if (node === undefined) nodes.delete(id)
      else if (seen !== undefined) Object.assign(seen.candidate, factsOf(node))
      else nodes.set(id, { candidate: candidateOf(node), version: -1, usageAt: clock.monotonic() })
      if (node === undefined || seen === undefined) {
        all = null
        agedAt = Number.NEGATIVE_INFINITY
      }
      if (node !== undefined) changed.add(id)
    }
    void lookAtChanged()
  }

  /** What is older than what was heard before changes nothing. */
  function takeDelta({ node, version, epoch, ...room }: NodeDelta) {
    const seen = nodes.get(node)
    if (seen === undefined || (epoch === seen.candidate.epoch && version <= seen.version)) return
    seen.version = version
    Object.assign(seen.candidate, { epoch, ...room })
    tell(seen.candidate)
  }

  /** `asked`: the version that was known when it was asked for. A lower one is that of a hot state that has gone back. */
  function takeLoad(node: string, load: NodeLoad | null, asked: number) {
    const seen = nodes.get(node)
    if (seen === undefined) return
    seen.candidate.isConnected = load !== null
    if (load === null) return
    const { epoch, version, state, stateReason, capacity, running, reserved, usage, beatAt } = load
    if (epoch === seen.candidate.epoch && version < seen.version && version >= asked) return
    seen.version = version
    if (beatAt !== null) seen.usageAt = clock.monotonic()
    Object.assign(seen.candidate, { epoch, state, stateReason, capacity, running, reserved, usage })
    tell(seen.candidate)
  }

  async function look(ids: readonly string[]): Promise<boolean> {
    const versions = ids.map((id) => nodes.get(id)?.version ?? -1)
    try {
      const loads = ids.length === 0 ? [] : await reservations.loads(ids)
      for (const [i, id] of ids.entries()) takeLoad(id, loads[i] ?? null, versions[i]!)
      return true
    } catch {
      // The hot state is away; what is known of it grows old, which decisions tell.
      return false
    }
  }

  async function lookAtChanged() {
    if (isLooking) return
    isLooking = true
    while (changed.size > 0) {
      const ids = [...changed]
      changed.clear()
      await look(ids)
    }
    isLooking = false
  }

  async function refresh() {
    if (isRefreshing) return
    isRefreshing = true
    if (await look([...nodes.keys()])) heardAt = clock.monotonic()
    isRefreshing = false
  }

  function age(now: number) {
    agedAt = now
    for (const { candidate, usageAt } of nodes.values()) {
      candidate.usageAgeMs = now - usageAt
      candidate.isQuarantined = registry.isQuarantined(candidate.id)
      candidate.warmth = registry.warmth(candidate.id)
    }
  }

  function again() {
    timer = clock.after(refreshMs, () => {
      void refresh()
      again()
    })
  }

  registry.onChange(takeFacts)

  return {
    candidates() {
      all ??= [...nodes.values()].map((seen) => seen.candidate)
      const now = clock.monotonic()
      if (now - agedAt >= AGES_MS) age(now)
      return all
    },
    ageMs: () => Math.max(0, clock.monotonic() - heardAt),
    get: (node) => nodes.get(node)?.candidate,
    full(node, free) {
      const candidate = nodes.get(node)?.candidate
      if (candidate !== undefined) candidate.reserved = Math.max(0, candidate.capacity - free - candidate.running)
    },
    taken(node, free) {
      const candidate = nodes.get(node)?.candidate
      if (candidate !== undefined) candidate.reserved = Math.max(0, candidate.capacity - free - candidate.running)
    },
    gone(node, state) {
      const candidate = nodes.get(node)?.candidate
      if (candidate === undefined) return
      if (state === null) candidate.isConnected = false
      else candidate.state = state
    },
    doubt(node) {
      const candidate = nodes.get(node)?.candidate
      if (candidate !== undefined) candidate.isQuarantined = registry.isQuarantined(node)
    },
    onRoom: (listener) => void listeners.push(listener),
    start() {
      unhear = reservations.onDelta(takeDelta)
      takeFacts(registry.nodes.keys())
      void refresh()
      again()
    },
    stop() {
      timer?.cancel()
      unhear?.()
    },
  }
}

function factsOf(node: KnownNode) {
  const { tenantId, labels, capabilities, types, handlers, weight, inPools } = node
  return { tenantId, labels, capabilities, types, handlers, weight, pools: inPools }
}

/** Nothing is known of its room yet: it has none until it is. */
function candidateOf(node: KnownNode): Candidate {
  return {
    ...factsOf(node),
    ...{ id: node.id, epoch: node.epoch, state: 'offline', stateReason: node.stateReason },
    ...{ capacity: node.capacity, running: 0, reserved: 0 },
    ...{ usage: { cpu: null, memory: null, disk: null, gpu: null }, usageAgeMs: 0 },
    ...{ warmth: 1, isQuarantined: false, isConnected: false },
  }
}
