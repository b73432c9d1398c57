import type { NodeLease, Order, ToNode } from '@rota/core'
import type { Beaten, Committed, LeaseRef, NodeBeat, NodeJoin, Released, Reserved, ReserveRequest } from '@rota/engine'

/** One attempt as it really was, on the machine where it ran. */
export interface NodeAttempt {
  /** What it prints and answers, so that everybody knows whose word it is. */
  token: string
  executionId: string
  attempt: number
  fence: number
  node: string
  lease: string | null
  startedAt: number
  end: 'success' | 'failed' | 'cancelled' | 'killed' | null
  printed: number
  /** Somebody has said so, whether or not it was heard. */
  isToldToStop: boolean
  /** Some instance has told it to stop; a node may also stop what it has by itself. */
  isGivenUp: boolean
  /** The program that ran it has died while it ran, or before its end was confirmed. */
  hasLostItsNode: boolean
  /** Its node was told that it is nobody's, and has thrown away what it had not told of it. */
  wasDropped: boolean
}

/** A lease as whoever gives it out has said. */
interface Lease {
  node: string
  executionId: string
  state: 'held' | 'runs' | 'over'
  until: number
}

export interface FleetWitnessOptions {
  now: () => number
  complain: (what: string) => void
  note: (what: string) => void
  capacityOf: (node: string) => number
  /** Whether whoever owned a part that was begun is gone, and its execution with it. */
  isOwnerGone: (owner: string) => boolean
}

/** Stands beside what nodes run, outside any engine's control, and knows which leases hold. */
export class FleetWitness {
  readonly #options: FleetWitnessOptions
  /** By execution, parts apart, in order of their starts. */
  readonly attempts = new Map<string, NodeAttempt[]>()
  readonly byToken = new Map<string, NodeAttempt>()
  readonly #running = new Set<NodeAttempt>()
  readonly #leases = new Map<string, Lease>()
  /** Under which lease each order went out, and whose it is; by node, execution and fence. */
  readonly #orders = new Map<string, { lease: string; owner: string }>()
  /** Words to stop that were sent before anything had begun there. */
  readonly #stops = new Set<string>()
  /** How often the hot state has forgotten something. */
  forgotten = 0

  constructor(options: FleetWitnessOptions) {
    this.#options = options
  }

  get running(): readonly NodeAttempt[] {
    return [...this.#running]
  }

  started(node: string, { executionId, attempt, fence }: Order): NodeAttempt {
    const { now, complain, note, capacityOf } = this.#options
    const order = this.#orders.get(keyOf(node, { executionId, fence }))
    const entry: NodeAttempt = {
      ...{ token: `t${this.byToken.size}`, executionId, attempt, fence, node, lease: order?.lease ?? null },
      ...{ startedAt: now(), end: null, printed: 0, hasLostItsNode: false, wasDropped: false },
      isToldToStop: this.#stops.has(keyOf(node, { executionId, fence })),
      isGivenUp: this.#stops.has(keyOf(node, { executionId, fence })),
    }
    note(`${entry.token} = ${executionId} ${attempt} ${fence} starts on ${node}`)
    if (order === undefined) complain(`${executionId} starts on ${node}, to which nobody has sent it`)
    this.#checkOthers(entry)
    this.#running.add(entry)
    const here = this.running.filter((other) => other.node === node).length
    if (here > capacityOf(node)) complain(`node ${node} runs ${here}, and has room for ${capacityOf(node)}`)
    this.byToken.set(entry.token, entry)
    this.attempts.set(executionId, [...(this.attempts.get(executionId) ?? []), entry])
    return entry
  }

  ended(entry: NodeAttempt, how: NonNullable<NodeAttempt['end']>) {
    entry.end = how
    this.#running.delete(entry)
    this.#options.note(`${entry.token} ends: ${how}`)
  }

  /** `kept`: of what it had in hand, running or not confirmed. */
  nodeDied(node: string, kept: readonly NodeLease[]) {
    const hasKept = new Set(kept.map((lease) => keyOf(node, lease)))
    for (const entry of this.byToken.values()) {
      if (entry.node !== node) continue
      if (hasKept.has(keyOf(node, entry))) entry.hasLostItsNode = true
      if (entry.end === null) this.ended(entry, 'killed')
    }
  }

  /** An instance says something to a node, whether or not it comes there. */
  sent(node: string, frame: ToNode) {
    if (frame.kind === 'order') {
      const { order, lease, owner } = frame
      this.#orders.set(keyOf(node, order), { lease, owner })
    } else if (frame.kind === 'cancel') this.#toldToStop(node, frame)
    else if (frame.kind === 'welcome' || frame.kind === 'heard') {
      for (const lease of frame.drop) {
        this.#toldToStop(node, lease)
        for (const entry of this.attempts.get(lease.executionId) ?? []) {
          if (entry.node === node && entry.fence === lease.fence) entry.wasDropped = true
        }
      }
    }
  }

  #toldToStop(node: string, key: { executionId: string; fence: number }) {
    this.#options.note(`${node} is told to stop ${key.executionId} ${key.fence}`)
    this.#stops.add(keyOf(node, key))
    for (const entry of this.attempts.get(key.executionId) ?? []) {
      if (entry.node === node && entry.fence === key.fence && entry.end === null) {
        entry.isToldToStop = true
        entry.isGivenUp = true
      }
    }
  }

  /** The hot state has done something. */
  done(call: string, parameters: readonly unknown[], answer: unknown) {
    const act = (this.#calls as Record<string, ((given: never, answer: never) => void) | undefined>)[call]
    act?.(parameters[0] as never, answer as never)
  }

  readonly #calls = {
    reserve: ({ node, lease, ttlMs, holder }: ReserveRequest, { outcome }: Reserved) => {
      if (outcome !== 'ok') return
      const known = this.#leases.get(lease)
      const until = this.#options.now() + ttlMs
      if (known === undefined) {
        this.#leases.set(lease, { node, executionId: holder.executionId, state: 'held', until })
      } else if (known.state === 'over') this.#options.complain(`lease ${lease} is given again after its end`)
    },
    commit: ({ lease }: LeaseRef, { outcome }: Committed) => {
      const known = this.#leases.get(lease)
      if (outcome !== 'ok' || known === undefined) return
      if (!this.#holds(known)) this.#options.complain(`lease ${lease} is revived by a late answer`)
      known.state = 'runs'
    },
    release: ({ lease }: LeaseRef, { outcome }: Released) => {
      if (outcome === 'ok') this.#over(lease)
    },
    register: ({ node }: NodeJoin, { keep, drop, lost }: { keep: NodeLease[]; drop: NodeLease[]; lost: string[] }) => {
      for (const { lease } of drop) this.#over(lease)
      for (const lease of lost) this.#over(lease)
      const kept = new Set(keep.map(({ lease }) => lease))
      for (const [id, lease] of this.#leases) if (lease.node === node && !kept.has(id)) lease.state = 'over'
      for (const { lease, executionId } of keep) {
        this.#leases.set(lease, { node, executionId, state: 'runs', until: 0 })
      }
    },
    beat: (_: NodeBeat, answer: Beaten) => {
      if (answer.outcome !== 'ok') return
      for (const { lease } of answer.drop) this.#over(lease)
      for (const lease of answer.lost) this.#over(lease)
    },
    sweep: (_: string, { runs }: { runs: string[] }) => {
      for (const lease of runs) this.#over(lease)
    },
  }

  /** What was given out is not known any more. */
  forgot() {
    this.forgotten++
    this.#leases.clear()
  }

  #over(id: string) {
    const lease = this.#leases.get(id)
    if (lease !== undefined) lease.state = 'over'
  }

  #holds({ state, until }: Lease): boolean {
    return state === 'runs' || (state === 'held' && this.#options.now() < until)
  }

  /**
   * At most one effective attempt: another begins only once the one before has lost its lease, has been told to stop, or
   * belonged to somebody who is gone.
   */
  #checkOthers(entry: NodeAttempt) {
    const { complain, isOwnerGone } = this.#options
    // It comes late, and is told so in the next moment.
    if (entry.isToldToStop) return
    for (const other of this.attempts.get(entry.executionId) ?? []) {
      if (
        other.end === 'success' &&
        !this.#stops.has(keyOf(other.node, other)) &&
        !other.hasLostItsNode &&
        other.fence === entry.fence
      )
        complain(`${entry.executionId} starts again after its success, under the same fence`)
      if (other.fence > entry.fence && other.node === entry.node)
        complain(`${entry.executionId} goes back from fence ${other.fence} to ${entry.fence} on ${entry.node}`)
      if (other.end !== null || other.isToldToStop) continue
      const lease = other.lease === null ? undefined : this.#leases.get(other.lease)
      const order = this.#orders.get(keyOf(other.node, other))
      const isPart = entry.executionId.includes('#')
      if (isPart && order !== undefined && isOwnerGone(order.owner)) continue
      if (lease !== undefined && this.#holds(lease))
        complain(`${entry.executionId} runs on ${other.node} and on ${entry.node} at once`)
    }
  }
}

const keyOf = (node: string, { executionId, fence }: { executionId: string; fence: number }) =>
  `${node} ${executionId}/${fence}`
