import { type Clock, RotaError, type Timer } from '@rota/core'
import type { HappeningKind } from '../ports/happenings.ts'
import type { Outbox, OutboxEntry, Taken } from '../ports/outbox.ts'
import { createLoop, type Duty } from './loop.ts'
import type { Pulse } from './pulse.ts'

export interface FollowerOptions {
  clock: Clock
  outbox: Outbox
  pulse: Pulse
  instanceId: string
  /** The name of its cursor; one instance at a time reads it. */
  consumer: string
  kinds: readonly HappeningKind[]
  /** Deals with entries in order. When it fails, the same come again. */
  handle: (entries: readonly OutboxEntry[]) => Promise<void>
  /** How often to look for what other instances have written, in ms. */
  pollMs: number
  /** Entries at a time. Default 500. */
  most?: number
}

/** How long others wait for an instance that has taken entries and is not heard of. */
const HOLD_MS = 30_000
const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 30_000

/** Reads the outbox for a consumer: everything it wants, in order, at least once, whatever dies. */
export function createFollower(options: FollowerOptions): Duty {
  const { clock, outbox, consumer, instanceId, pulse, most = 500 } = options
  let isWanted = false
  let closed = false
  let pauseMs = FIRST_PAUSE_MS
  let restsUntil = Number.NEGATIVE_INFINITY

  async function step(): Promise<number> {
    const restMs = restsUntil - clock.monotonic()
    if (restMs > 0) return restMs
    if (!isWanted) await outbox.want(consumer, options.kinds, clock.now())
    isWanted = true
    for (;;) {
      const now = clock.now()
      const taken = await outbox.take({ consumer, instanceId, now, until: now + HOLD_MS, most })
      if (taken === null || taken.through === taken.from || closed) return options.pollMs
      if (!(await deal(taken))) return pauseMs
    }
  }

  /** Answers whether to go on at once. */
  async function deal(taken: Taken): Promise<boolean> {
    if (taken.missed > 0) pulse.emit({ type: 'consumer_missed', consumer, count: taken.missed })
    const renewal = keepHold()
    try {
      if (taken.entries.length > 0) await options.handle(taken.entries)
    } catch (error) {
      rest(error)
      return false
    } finally {
      renewal.stop()
    }
    pauseMs = FIRST_PAUSE_MS
    return outbox.advance(consumer, instanceId, taken)
  }

  /** The handler failed, not the store: the others go on. */
  function rest(error: unknown) {
    restsUntil = clock.monotonic() + pauseMs
    const reason = error instanceof Error ? error.message : String(error)
    pulse.emit({ type: 'consumer_failed', consumer, reason, retryInMs: pauseMs })
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
  }

  function keepHold() {
    let timer: Timer
    const renew = () => {
      timer = clock.after(HOLD_MS / 3, () => {
        void outbox.keep(consumer, instanceId, clock.now() + HOLD_MS).catch(() => {})
        renew()
      })
    }
    renew()
    return { stop: () => timer.cancel() }
  }

  const loop = createLoop({ clock, step, longestSleepMs: options.pollMs, onError: pulse.storeFailed })
  return {
    ...loop,
    async stop() {
      closed = true
      await loop.stop()
      // The next one would wait until the hold is over.
      await outbox.release(consumer, instanceId).catch((error: unknown) => {
        if (!RotaError.is(error)) throw error
      })
    },
  }
}
