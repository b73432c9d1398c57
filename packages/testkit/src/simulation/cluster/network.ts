import { RotaError } from '@rota/core'
import type { ManualClock } from '../../manual-clock.ts'
import type { Random } from '../../random.ts'

/** What becomes of one call of the store. */
export interface Fate {
  /** On its way to the store, and on its way back. */
  requestMs: number
  answerMs: number
  /**
   * `refused`: nothing of it happens (no connection, deadlock, read-only, timeout). `lost`: it is carried out, and the
   * caller is told that nobody knows. `repeated`: carried out twice, because the first answer was lost. `odd`: refused
   * with an error that is none of ours.
   */
  outcome: 'served' | 'refused' | 'lost' | 'repeated' | 'odd'
}

/** Statements of their own, which the store repeats by itself when a connection fails under them. */
const REPEATABLE = new Set(['markStarted', 'activate', 'heartbeat', 'nudge', 'dueSchedules', 'nextInstants', 'orphans'])
/** What must not fail in unknown ways: there an odd error says that this very row cannot be stored. */
const NEVER_ODD = new Set(['settle', 'enqueue', 'runNow', 'insert', 'save', 'admit', 'purge'])
/** Calls of the lease have a connection of their own, and are given up sooner. */
const QUICK = new Set(['heartbeat', 'time'])
const QUICK_TIMEOUT_MS = 5_000
const TIMEOUT_MS = 30_000
/** Most calls take no time worth counting. */
const SLOW_SHARE = 0.3

/** The way between the instances and their store, with everything that can go wrong on it. */
export class Network {
  readonly #base: ManualClock
  readonly #random: Random
  readonly #latencyMs: number
  /** Instances that cannot reach the store; `all` for everybody. */
  readonly #cut = new Map<number | 'all', number>()
  #slowMs = 0
  #troubleShare = 0

  constructor(base: ManualClock, options: { random: Random; latencyMs: number }) {
    this.#base = base
    this.#random = options.random
    this.#latencyMs = options.latencyMs
  }

  cut(instance: number | null, forMs: number) {
    const who = instance ?? 'all'
    this.#cut.set(who, (this.#cut.get(who) ?? 0) + 1)
    this.#base.after(forMs, () => this.#cut.set(who, this.#cut.get(who)! - 1))
  }

  slowDown(upToMs: number, forMs: number) {
    this.#slowMs += upToMs
    this.#base.after(forMs, () => {
      this.#slowMs -= upToMs
    })
  }

  trouble(share: number, forMs: number) {
    this.#troubleShare += share
    this.#base.after(forMs, () => {
      this.#troubleShare -= share
    })
  }

  fateOf(instance: number, call: string): Fate {
    const random = this.#random
    const timeoutMs = QUICK.has(call) ? QUICK_TIMEOUT_MS : TIMEOUT_MS
    if (this.#cut.get(instance) || this.#cut.get('all')) {
      // Refused at once, or never answered; at times the way back is cut alone.
      const requestMs = random.chance(0.5) ? 0 : timeoutMs
      return { requestMs, answerMs: 0, outcome: random.chance(0.02) ? 'lost' : 'refused' }
    }
    const mostMs = this.#latencyMs + this.#slowMs
    const take = () => (mostMs > 0 && random.chance(SLOW_SHARE) ? random.int(1, mostMs) : 0)
    const fate: Fate = { requestMs: take(), answerMs: take(), outcome: 'served' }
    if (fate.requestMs + fate.answerMs > timeoutMs) {
      return { ...fate, answerMs: 0, outcome: random.chance(0.5) ? 'refused' : 'lost' }
    }
    if (this.#troubleShare > 0 && random.chance(this.#troubleShare)) {
      const drawn = random.pick(['refused', 'refused', 'lost', 'repeated', 'odd'] as const)
      const isFit = drawn === 'repeated' ? REPEATABLE.has(call) : drawn === 'odd' ? !NEVER_ODD.has(call) : true
      fate.outcome = isFit ? drawn : 'refused'
    }
    return fate
  }
}

/** What the caller is told. */
export function failureOf(outcome: Fate['outcome']): Error | null {
  if (outcome === 'odd') return new Error('internal error: unexpected end of tape')
  if (outcome === 'refused') return new RotaError('unavailable', 'The store cannot be reached.')
  if (outcome === 'lost') return new RotaError('unavailable', 'The connection was lost during COMMIT.')
  return null
}
