import { type Clock, RotaError } from '@rota/core'
import { createLoop, type Duty } from '../duties/loop.ts'
import type { Pulse } from '../duties/pulse.ts'
import type { KnownNodes } from './known-nodes.ts'
import type { PoolBook } from './pool-book.ts'
import type { Recovery } from './recovery.ts'
import type { FleetRegistry } from './registry.ts'

export interface ScoutOptions {
  clock: Clock
  known: KnownNodes
  book: PoolBook
  recovery: Recovery
  registry: Pick<FleetRegistry, 'flushSeen'>
  pulse: Pulse
  everyMs: number
}

/** How often it is written when nodes were heard of last. */
const SEEN_MS = 30_000

/** Looks, on every instance, at what others have changed: nodes, pools, and whether the hot state remembers. */
export function createScout({ clock, known, book, recovery, registry, pulse, everyMs }: ScoutOptions): Duty {
  let seenAt = clock.monotonic()
  return createLoop({
    clock,
    longestSleepMs: everyMs,
    step: async () => {
      await known.refresh()
      await book.refresh()
      await recovery.look().catch((error) => {
        if (!RotaError.is(error) || error.code !== 'unavailable') throw error
      })
      if (clock.monotonic() - seenAt >= SEEN_MS) {
        seenAt = clock.monotonic()
        await registry.flushSeen()
      }
      return everyMs
    },
    onError: pulse.storeFailed,
  })
}
