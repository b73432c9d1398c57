import type { Clock } from '@rota/core'

/** Where an execution stands among those that are to start. */
export interface Ranked {
  runAt: number
  rank: number
}

/** Looks at everything that cost no more than this, in ms, need not be saved. */
const CHEAP_MS = 10
/** After so many short looks one is at everything if the last such has cost less than twice the quickest of them. */
const SHORT_ONES = 4
/** Looks at everything take at most this share of the time, one in so many. */
const SHARE = 20

/**
 * From which rank on a claim looks. Claims take the first in rank, so what earlier ones have taken lies before what is
 * left, and a database that may not forget it yet (somebody keeps an old snapshot open) walks past all of it each time.
 * So a claim begins where the last one ended, or at what was added before that since. What nobody here was told of is
 * found by looking at everything: always while that is cheap, often while it costs little more, else for a small share
 * of the time.
 */
export interface ClaimFloor {
  /** The rank where the claim that is now sent begins, which wants what starts before `until`; undefined for the first of all. */
  begin(until: number): number | undefined
  /** Tells that it has brought rows up to a rank, or none. */
  ended(lastRank: number | undefined): void
  /** Tells of a row that was added. */
  added(row: Ranked): void
  /** Tells of additions before any rank, whose instants lie before `until`. */
  addedSomewhere(until?: number): void
}

export function createClaimFloor(clock: Pick<Clock, 'monotonic'>): ClaimFloor {
  let floor = Number.NEGATIVE_INFINITY
  /** The lowest rank that was added since the last claim was sent. */
  let lowestAdded = Number.NEGATIVE_INFINITY
  /** Up to this instant something comes that is ranked before others of its instant, and no claim has reached it yet. */
  let unevenUntil = Number.NEGATIVE_INFINITY
  let full = { ms: 0, endedAt: 0 }
  /** Short looks since then, and the quickest: noise only makes them longer. */
  let short = { count: 0, ms: Number.POSITIVE_INFINITY }
  let sent = { at: 0, isFull: true, until: 0 }

  function mayBeShort(): boolean {
    if (full.ms <= CHEAP_MS) return false
    if (short.count >= SHORT_ONES && full.ms < 2 * short.ms) return false
    return clock.monotonic() - full.endedAt < SHARE * full.ms
  }

  return {
    begin(until) {
      floor = Math.min(floor, lowestAdded)
      const isFull = floor === Number.NEGATIVE_INFINITY || unevenUntil > Number.NEGATIVE_INFINITY || !mayBeShort()
      lowestAdded = Number.POSITIVE_INFINITY
      sent = { at: clock.monotonic(), isFull, until }
      return isFull ? undefined : floor
    },
    ended(lastRank) {
      const now = clock.monotonic()
      const ms = now - sent.at
      if (sent.isFull) {
        full = { ms, endedAt: now }
        short = { count: 0, ms: Number.POSITIVE_INFINITY }
        if (sent.until > unevenUntil) unevenUntil = Number.NEGATIVE_INFINITY
      } else short = { count: short.count + 1, ms: Math.min(short.ms, ms) }
      // What is ranked after its instant does not lead past what starts before it.
      if (lastRank !== undefined) floor = Math.min(lastRank, sent.until)
    },
    added({ runAt, rank }) {
      if (rank < lowestAdded) lowestAdded = rank
      if (rank < runAt && runAt > unevenUntil) unevenUntil = runAt
    },
    addedSomewhere(until = Number.NEGATIVE_INFINITY) {
      lowestAdded = Number.NEGATIVE_INFINITY
      if (until > unevenUntil) unevenUntil = until
    },
  }
}
