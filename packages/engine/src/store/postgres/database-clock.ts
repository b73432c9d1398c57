import type { Clock, Timer } from '@rota/core'
import type { Database } from './database.ts'

/** The server's time on our monotonic clock. */
export interface DatabaseClock extends Clock {
  /** Looks at the server's clock again; keeps what it knew when the server is away. */
  adjust(): Promise<void>
  stop(): void
}

const SAMPLES = 5
const ADJUST_EVERY_MS = 30_000

/**
 * A wall clock that all instances on one database share, whatever their machines' clocks say: leases and due instants
 * are judged by the server's time. Between looks it goes on with the machine's monotonic clock, so that setting a
 * machine's wall clock moves nothing. Of several looks the quickest counts, its answer taken as of its middle (Cristian,
 * "Probabilistic clock synchronization", 1989).
 */
export function createDatabaseClock(db: Database, base: Clock): DatabaseClock {
  let ahead = base.now() - base.monotonic()
  let timer: Timer | null = null
  let stopped = false

  async function adjust() {
    let quickest = Number.POSITIVE_INFINITY
    let found = ahead
    try {
      for (let i = 0; i < SAMPLES; i++) {
        const before = base.monotonic()
        const [row] = await db.run<{ now: number }>('database-time')
        const tookMs = base.monotonic() - before
        if (tookMs >= quickest) continue
        quickest = tookMs
        found = row!.now - before - tookMs / 2
      }
      ahead = found
    } catch {
      // Whoever needs the database notices by itself.
    }
    timer?.cancel()
    if (!stopped) timer = base.after(ADJUST_EVERY_MS, () => void adjust())
  }

  return {
    now: () => Math.floor(base.monotonic() + ahead),
    monotonic: () => base.monotonic(),
    after: (delayMs, fn) => base.after(delayMs, fn),
    adjust,
    stop() {
      stopped = true
      timer?.cancel()
    },
  }
}
