import { type Clock, RotaError, type Timer } from '@rota/core'
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
/** The time that a look took is how far behind it may be; what took longer does not count. */
const LONGEST_LOOK_MS = 1_000

/**
 * A wall clock that all instances on one database share, whatever their machines' clocks say: leases and due instants
 * are judged by the server's time. Between looks it goes on with the machine's monotonic clock, so that setting a
 * machine's wall clock moves nothing. Of several looks the quickest counts (Cristian, "Probabilistic clock
 * synchronization", 1989), its answer taken as of its end: a clock that may be a little behind starts nothing early.
 */
export function createDatabaseClock(db: Pick<Database, 'run'>, base: Clock): DatabaseClock {
  let ahead: number | null = null
  let timer: Timer | null = null
  let stopped = false

  async function look(): Promise<number | null> {
    let quickest = LONGEST_LOOK_MS
    let found: number | null = null
    try {
      for (let i = 0; i < SAMPLES; i++) {
        const before = base.monotonic()
        const [row] = await db.run<{ now: number }>('database-time')
        const tookMs = base.monotonic() - before
        if (tookMs >= quickest) continue
        quickest = tookMs
        found = row!.now - before - tookMs
      }
    } catch {
      // Whoever needs the database notices by itself.
    }
    return found
  }

  async function adjust() {
    ahead = (await look()) ?? ahead
    if (ahead === null) throw new RotaError('unavailable', 'PostgreSQL takes too long to say what time it is.')
    timer?.cancel()
    if (!stopped) timer = base.after(ADJUST_EVERY_MS, () => void adjust())
  }

  return {
    // Before the first look nobody has it; see `adjust`.
    now: () => Math.floor(base.monotonic() + ahead!),
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
