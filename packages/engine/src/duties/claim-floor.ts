import type { Clock } from '@rota/core'

/** Where an execution stands among those that are to start. */
export interface Ranked {
  runAt: number
  rank: number
}

/** Looks that cost no more than this, in ms, or twice what a short one costs, need not be saved. */
const CHEAP_MS = 10
/** Looks at everything take at most this share of the time, one in so many. */
const SHARE = 20

/**
 * From which rank on a claim looks. Claims take the first in rank, so what earlier ones have taken lies before what is
 * left, and a database that may not forget it yet (somebody keeps an old snapshot open) walks past all of it each time.
 * So a claim begins where the last one ended, or at what was added before that since. What nobody here was told of is
 * found by looking at everything: always while that is cheap, else for a small share of the time.
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
  /** Up to this instant something comes that is ranked before others of its instant. */
  let unevenUntil = Number.NEGATIVE_INFINITY
  let fullMs = 0
  let shortMs = 0
  let fullEndedAt = 0
  let sent = { at: 0, isFull: true, until: 0 }

  function mayBeShort(): boolean {
    const isCheap = fullMs <= Math.max(CHEAP_MS, 2 * shortMs)
    return !isCheap && clock.monotonic() - fullEndedAt < SHARE * fullMs
  }

  return {
    begin(until) {
      floor = Math.min(floor, lowestAdded)
      const isFull = floor === Number.NEGATIVE_INFINITY || until <= unevenUntil || !mayBeShort()
      lowestAdded = Number.POSITIVE_INFINITY
      sent = { at: clock.monotonic(), isFull, until }
      return isFull ? undefined : floor
    },
    ended(lastRank) {
      const now = clock.monotonic()
      if (sent.isFull) {
        fullMs = now - sent.at
        fullEndedAt = now
      } else shortMs = now - sent.at
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
