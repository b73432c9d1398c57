import type { Clock } from '@rota/core'
import type { LeaderTerms } from '../ports/leader-terms.ts'
import { createLoop, type Duty } from './loop.ts'

export interface CandidateOptions {
  clock: Clock
  terms: LeaderTerms
  /** What is to be led, e.g. `pools`. */
  role: string
  instanceId: string
  /** How long a term outlives its leader, in ms. Default 3,000: another leads within four seconds. */
  ttlMs?: number
}

export interface Candidate extends Duty {
  /**
   * The term in which this instance leads; null when it does not, or cannot be sure. Every write of a leader names it,
   * and the destination refuses it once it has seen a later one.
   */
  readonly term: number | null
}

/** Renewals in the time of a term. */
const RENEWALS = 3
/** So long a leader trusts its term by its own monotonic clock: it steps down before another can be elected. */
const TRUST = 2 / 3

/** Stands for the leadership of a role, keeps it while it can, and resigns when it is stopped. */
export function createCandidate(options: CandidateOptions): Candidate {
  const { clock, terms, role, instanceId, ttlMs = 3_000 } = options
  const pauseMs = ttlMs / RENEWALS
  let held = 0
  let sureUntil = Number.NEGATIVE_INFINITY
  /** The highest term heard of, should the hot state forget. */
  let floor = 0

  async function step(): Promise<number> {
    // From before the question: whatever its way took, the term lasts at least so long.
    const askedAt = clock.monotonic()
    const { leads, term } = await terms.claim({ role, instanceId, ttlMs, floor })
    floor = Math.max(floor, term)
    held = term
    sureUntil = leads ? askedAt + ttlMs * TRUST : Number.NEGATIVE_INFINITY
    return pauseMs
  }

  const loop = createLoop({ clock, step, longestSleepMs: pauseMs, onError: () => pauseMs })
  return {
    ...loop,
    get term() {
      return clock.monotonic() < sureUntil ? held : null
    },
    async stop() {
      await loop.stop()
      const wasLeader = clock.monotonic() < sureUntil
      sureUntil = Number.NEGATIVE_INFINITY
      if (wasLeader) await terms.resign(role, instanceId).catch(() => undefined)
    },
  }
}
