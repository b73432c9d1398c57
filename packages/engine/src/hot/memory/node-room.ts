import type { Clock, NodeLease, NodeState, Usage } from '@rota/core'
import type {
  Beaten,
  Committed,
  Holder,
  LeaseRef,
  NodeBeat,
  NodeDelta,
  NodeJoin,
  NodeLoad,
  Released,
  Reserved,
  ReserveRequest,
} from '../../ports/reservations.ts'
import { fenceOf } from '../fences.ts'

/** How long it is known of a lease that has ended. */
const TOMBSTONE_MS = 60_000
/** Of so many at most, so that a busy node does not fill the memory. */
const MOST_TOMBSTONES = 1_024
/** Stands for the fence of what was taken up: nobody knows it any more. */
const ANY_FENCE = '*'

type LeaseState = 'RESERVED' | 'COMMITTED' | 'RELEASED' | 'EXPIRED' | 'LOST' | 'VOID'

interface Lease {
  id: string
  slots: number
  fence: string
  epoch: number
  holder: Holder | null
  state: LeaseState
  /** Monotonic ms: until when it is held, or may run without a word of the node. */
  until: number
  /** Since when it runs, or was last heard of. */
  heardAt: number
  /** The last beat did not name it. */
  isMissing: boolean
  forgetAt: number
}

/** What is remembered of a node that was removed, so that its numbers do not begin anew. */
export interface Numbers {
  epoch: number
  leases: number
  version: number
}

/**
 * The room of one node. A lease is held (counted as reserved), runs (counted as running), or neither; each step moves it
 * once, and the counters with it, as the scripts of Redis do.
 */
export class NodeRoom {
  readonly #clock: Clock
  readonly #node: string
  readonly #known = new Map<string, Lease>()
  readonly #held = new Set<Lease>()
  readonly #runs = new Set<Lease>()
  readonly #ended: Lease[] = []
  #forgotten = 0
  /** No hold ends before; what it saves is a walk over all of them at each reservation. */
  #firstEnd = Number.POSITIVE_INFINITY
  #numbers: Numbers
  #era = 0
  #capacity = 0
  #running = 0
  #reserved = 0
  #state: NodeState = 'offline'
  #stateReason = ''
  #term = 0
  #usage: Usage = { cpu: null, memory: null, disk: null, gpu: null }
  #beatAt: number | null = null

  constructor(node: string, clock: Clock, numbers: Numbers) {
    this.#node = node
    this.#clock = clock
    this.#numbers = numbers
  }

  get numbers(): Numbers {
    return this.#numbers
  }

  register({ capacity, state, stateReason, running, runTtlMs, era, isRecovering, lastEpoch = 0 }: NodeJoin) {
    const now = this.#clock.monotonic()
    const epoch = Math.max(this.#numbers.epoch, lastEpoch) + 1
    this.#numbers.epoch = epoch
    this.#era = Math.max(this.#era, era)
    this.#capacity = capacity
    this.#state = state
    this.#stateReason = stateReason
    const keep: NodeLease[] = []
    const drop: NodeLease[] = []
    const kept = new Set<Lease>()
    for (const said of running) {
      const lease = this.#takeUp(said.lease, now, isRecovering)
      if (lease === null) {
        drop.push(said)
        continue
      }
      Object.assign(lease, { epoch, until: now + runTtlMs, heardAt: now, isMissing: false })
      kept.add(lease)
      keep.push(said)
    }
    const lost = [...this.#runs].filter((lease) => !kept.has(lease))
    for (const lease of lost) this.#end(lease, 'LOST', now)
    for (const lease of [...this.#held]) this.#end(lease, 'VOID', now)
    this.#numbers.version++
    return { epoch, keep, drop, lost: lost.map(({ id }) => id) }
  }

  beat({ epoch, usage, running, runTtlMs, ackTimeoutMs }: NodeBeat): Beaten {
    if (epoch !== this.#numbers.epoch) return { outcome: 'epoch', epoch: this.#numbers.epoch }
    const now = this.#clock.monotonic()
    this.#usage = usage
    this.#beatAt = this.#clock.now()
    const named = new Set<Lease>()
    const drop: NodeLease[] = []
    for (const said of running) {
      const lease = this.#known.get(said.lease)
      if (lease !== undefined && this.#runs.has(lease)) {
        Object.assign(lease, { until: now + runTtlMs, heardAt: now, isMissing: false })
        named.add(lease)
      } else if (lease === undefined || !this.#isHeld(lease, now)) drop.push(said)
    }
    const lost: string[] = []
    for (const lease of this.#runs) {
      if (named.has(lease)) continue
      if (lease.isMissing && now - lease.heardAt > ackTimeoutMs) {
        this.#end(lease, 'LOST', now)
        lost.push(lease.id)
      } else lease.isMissing = true
    }
    return { outcome: 'ok', drop, lost }
  }

  reserve({ lease: id, slots, ttlMs, epoch, holder }: ReserveRequest): Reserved {
    const now = this.#clock.monotonic()
    const known = this.#known.get(id)
    if (known !== undefined) {
      const stands = this.#runs.has(known) || this.#isHeld(known, now)
      return stands ? { outcome: 'ok', fence: known.fence, free: this.#free } : { outcome: 'gone' }
    }
    if (epoch !== null && epoch !== this.#numbers.epoch) return { outcome: 'epoch', epoch: this.#numbers.epoch }
    if (this.#state !== 'ready' && this.#state !== 'degraded') return { outcome: 'not_ready', state: this.#state }
    this.#sweepHolds(now, Number.POSITIVE_INFINITY)
    if (this.#free < slots) return { outcome: 'full', free: this.#free }
    const fence = fenceOf(this.#era, ++this.#numbers.leases)
    const until = now + ttlMs
    const lease: Lease = {
      ...{ id, slots, fence, holder, until, epoch: this.#numbers.epoch },
      ...{ state: 'RESERVED', heardAt: now, isMissing: false, forgetAt: 0 },
    }
    this.#known.set(id, lease)
    this.#held.add(lease)
    this.#reserved += slots
    this.#numbers.version++
    if (until < this.#firstEnd) this.#firstEnd = until
    return { outcome: 'ok', fence, free: this.#free }
  }

  commit({ lease: id, fence }: LeaseRef, runTtlMs: number): Committed {
    const now = this.#clock.monotonic()
    const lease = this.#known.get(id)
    if (lease === undefined) return { outcome: 'unknown' }
    if (!isBy(lease, fence)) return { outcome: 'fenced' }
    if (this.#runs.has(lease)) return { outcome: 'ok', isNew: false }
    if (lease.state === 'RELEASED' || lease.state === 'LOST') return { outcome: 'gone', how: lease.state }
    if (lease.epoch !== this.#numbers.epoch) return { outcome: 'epoch' }
    if (!this.#isHeld(lease, now)) return { outcome: 'gone', how: 'EXPIRED' }
    this.#run(lease, now)
    lease.until = now + runTtlMs
    this.#numbers.version++
    return { outcome: 'ok', isNew: true }
  }

  release({ lease: id, fence }: LeaseRef): Released {
    const lease = this.#known.get(id)
    if (lease === undefined) return { outcome: 'unknown' }
    if (!isBy(lease, fence)) return { outcome: 'fenced' }
    if (!this.#held.has(lease) && !this.#runs.has(lease)) return { outcome: 'ok', isNew: false }
    this.#end(lease, 'RELEASED', this.#clock.monotonic())
    return { outcome: 'ok', isNew: true }
  }

  sweep(most: number): { holds: number; runs: string[] } {
    const now = this.#clock.monotonic()
    const holds = this.#sweepHolds(now, most)
    const runs: string[] = []
    for (const lease of this.#runs) {
      if (runs.length === most) break
      if (lease.until > now) continue
      this.#end(lease, 'LOST', now)
      runs.push(lease.id)
    }
    return { holds, runs }
  }

  setState(state: NodeState, reason: string, term: number | null): boolean {
    if (term !== null && term < this.#term) return false
    this.#term = term ?? this.#term
    this.#state = state
    this.#stateReason = reason
    this.#numbers.version++
    return true
  }

  verify(): number {
    const reserved = sumOf(this.#held)
    const running = sumOf(this.#runs)
    const drift = Math.abs(reserved - this.#reserved) + Math.abs(running - this.#running)
    this.#reserved = reserved
    this.#running = running
    if (drift > 0) this.#numbers.version++
    return drift
  }

  load(): NodeLoad {
    return {
      ...this.delta(),
      stateReason: this.#stateReason,
      usage: this.#usage,
      beatAt: this.#beatAt,
    }
  }

  get version(): number {
    return this.#numbers.version
  }

  delta(): NodeDelta {
    return {
      node: this.#node,
      epoch: this.#numbers.epoch,
      version: this.#numbers.version,
      running: this.#running,
      reserved: this.#reserved,
      capacity: this.#capacity,
      state: this.#state,
    }
  }

  get #free(): number {
    return Math.max(this.#capacity - this.#running - this.#reserved, 0)
  }

  /** A hold ends at its instant, swept or not. */
  #isHeld(lease: Lease, now: number): boolean {
    return this.#held.has(lease) && lease.until > now
  }

  /** A lease that the node says it runs; null where it is to stop it. */
  #takeUp(id: string, now: number, isRecovering: boolean): Lease | null {
    const lease = this.#known.get(id)
    if (lease !== undefined) {
      if (this.#isHeld(lease, now)) this.#run(lease, now)
      return this.#runs.has(lease) ? lease : null
    }
    if (!isRecovering) return null
    const adopted: Lease = {
      ...{ id, slots: 1, fence: ANY_FENCE, epoch: this.#numbers.epoch, holder: null },
      ...{ state: 'COMMITTED' as const, until: now, heardAt: now, isMissing: false, forgetAt: 0 },
    }
    this.#known.set(id, adopted)
    this.#runs.add(adopted)
    this.#running++
    return adopted
  }

  /** From held to running. */
  #run(lease: Lease, now: number): void {
    if (!this.#held.delete(lease)) return
    this.#reserved -= lease.slots
    this.#runs.add(lease)
    this.#running += lease.slots
    lease.state = 'COMMITTED'
    lease.heardAt = now
  }

  /** From either to neither: a counter moves only with what it counts. */
  #end(lease: Lease, how: LeaseState, now: number): void {
    if (this.#held.delete(lease)) this.#reserved -= lease.slots
    else if (this.#runs.delete(lease)) this.#running -= lease.slots
    else return
    lease.state = how
    lease.forgetAt = now + TOMBSTONE_MS
    this.#ended.push(lease)
    this.#forget(now)
    this.#numbers.version++
  }

  #forget(now: number): void {
    const ended = this.#ended
    while (this.#forgotten < ended.length) {
      const lease = ended[this.#forgotten]!
      if (lease.forgetAt > now && ended.length - this.#forgotten <= MOST_TOMBSTONES) break
      this.#known.delete(lease.id)
      this.#forgotten++
    }
    if (this.#forgotten < MOST_TOMBSTONES) return
    ended.splice(0, this.#forgotten)
    this.#forgotten = 0
  }

  #sweepHolds(now: number, most: number): number {
    if (this.#firstEnd > now) return 0
    let holds = 0
    let firstEnd = Number.POSITIVE_INFINITY
    for (const lease of this.#held) {
      if (lease.until <= now && holds < most) {
        this.#end(lease, 'EXPIRED', now)
        holds++
      } else if (lease.until < firstEnd) firstEnd = lease.until
    }
    this.#firstEnd = firstEnd
    return holds
  }
}

function isBy(lease: Lease, fence: string): boolean {
  return lease.fence === fence || lease.fence === ANY_FENCE
}

function sumOf(leases: ReadonlySet<Lease>): number {
  let sum = 0
  for (const { slots } of leases) sum += slots
  return sum
}
