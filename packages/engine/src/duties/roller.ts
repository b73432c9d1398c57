import type { Clock } from '@rota/core'
import type { Upkeep } from '../ports/upkeep.ts'
import { createLoop, type Duty } from './loop.ts'
import type { Pulse } from './pulse.ts'

export interface RollerOptions {
  clock: Clock
  upkeep: Upkeep
  pulse: Pulse
  /** Whether this instance does it; of several one is enough. */
  isOurs?: () => boolean
  /** How often it looks, in ms. Default five minutes. */
  periodMs?: number
  /**
   * Rows that may wait for their hour to close, default 20,000: statistics read them one by one. Beyond it what ended
   * in the open hour is rolled up too.
   */
  longestTail?: number
}

const HOUR_MS = 3_600_000
/** Rows per transaction. It holds up the engine's loop, so the number follows from how long the last one took. */
const FEWEST_ROWS = 50
const MOST_ROWS = 5000
const FIRST_ROWS = 250
const LONGEST_STEP_MS = 8
/** Until it asks again whether it is to do it. */
const NOT_OURS_MS = 60_000
/** Between two transactions it rests this many times as long as one took. */
const REST = 4

/** Adds what has ended to the roll-ups that statistics are read from: whole hours, soon after they have closed. */
export function createRoller(options: RollerOptions): Duty {
  const { clock, upkeep, pulse, isOurs = () => true, periodMs = 300_000, longestTail = 20_000 } = options
  let nextPassAt = Number.NEGATIVE_INFINITY
  let most = FIRST_ROWS

  async function step(): Promise<number> {
    const begunAt = clock.monotonic()
    if (begunAt < nextPassAt) return nextPassAt - begunAt
    if (!isOurs()) return NOT_OURS_MS
    const openToo = (await upkeep.tailLength()) > longestTail
    const before = openToo ? Number.MAX_SAFE_INTEGER : Math.floor(clock.now() / HOUR_MS) * HOUR_MS
    const count = await upkeep.rollUp(before, most)
    if (count < most) {
      nextPassAt = begunAt + periodMs
      return periodMs
    }
    const tookMs = clock.monotonic() - begunAt
    if (tookMs > LONGEST_STEP_MS) most = Math.max(Math.floor(most / 2), FEWEST_ROWS)
    else if (tookMs < LONGEST_STEP_MS / 2) most = Math.min(most * 2, MOST_ROWS)
    return tookMs * REST
  }

  return createLoop({ clock, step, longestSleepMs: periodMs, onError: pulse.storeFailed })
}
