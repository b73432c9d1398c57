import { type Clock, RotaError, say, type Timer } from '@rota/core'
import type { Database } from './database.ts'

/** The server's time on our monotonic clock. */
export interface DatabaseClock extends Clock {
  /**
   * Looks at the server's clock again; keeps what it knew when the server is away or takes long to answer. Throws
   * `unavailable` as long as it knows nothing.
   */
  adjust(): Promise<void>
  stop(): void
}

const SAMPLES = 5
const ADJUST_EVERY_MS = 30_000
/** Half of the time that a look took is how wrong it may be; what took longer does not count. */
const LONGEST_LOOK_MS = 1_000
/** So much the clock is rather behind than ahead, if a look may be so wrong. Little beside the margin of a lease. */
const MOST_BEHIND_MS = 5
/** By how much two clocks may part, in ms per ms. */
const DRIFT = 0.000_1

/** How far the server's clock was ahead of our monotonic one, at an instant of ours, and how wrong that may be. */
interface Look {
  ahead: number
  errorMs: number
  at: number
}

function counts(found: Look, known: Look): boolean {
  const errorMs = known.errorMs + (found.at - known.at) * DRIFT
  const areBothRight = Math.abs(found.ahead - known.ahead) <= found.errorMs + errorMs
  return found.errorMs <= errorMs || !areBothRight
}

/**
 * A wall clock that all instances on one database share, whatever their machines' clocks say: leases and due instants
 * are judged by the server's time. Between looks it goes on with the machine's monotonic clock, so that setting a
 * machine's wall clock moves nothing. Of several looks the quickest counts, its answer taken as of its middle (Cristian,
 * "Probabilistic clock synchronization", 1989), or a little later: what is behind by a moment starts nothing early. A slow
 * look does not put a quicker one out of force, unless both cannot be right.
 */
export function createDatabaseClock(db: Pick<Database, 'run'>, base: Clock): DatabaseClock {
  let known: Look | null = null
  let timer: Timer | null = null
  let stopped = false

  async function look(): Promise<Look | null> {
    let quickest = LONGEST_LOOK_MS
    let found: Look | null = null
    try {
      for (let i = 0; i < SAMPLES; i++) {
        const before = base.monotonic()
        const [row] = await db.run<{ now: number }>('database-time')
        const tookMs = base.monotonic() - before
        if (tookMs >= quickest) continue
        quickest = tookMs
        found = { ahead: row!.now - before - tookMs / 2, errorMs: tookMs / 2, at: before }
      }
    } catch {
      // Whoever needs the database notices by itself.
    }
    return found
  }

  async function adjust() {
    const found = await look()
    if (found !== null && (known === null || counts(found, known))) known = found
    if (known === null) throw new RotaError('unavailable', say`PostgreSQL takes too long to say what time it is.`)
    timer?.cancel()
    if (!stopped) timer = base.after(ADJUST_EVERY_MS, () => void adjust())
  }

  return {
    // Before the first look nobody has it; see `adjust`.
    now: () => Math.floor(base.monotonic() + known!.ahead - Math.min(known!.errorMs, MOST_BEHIND_MS)),
    monotonic: () => base.monotonic(),
    after: (delayMs, fn) => base.after(delayMs, fn),
    ...(base.sharply && { sharply: base.sharply.bind(base) }),
    adjust,
    stop() {
      stopped = true
      timer?.cancel()
    },
  }
}
