import { type Clock, RotaError } from '@rota/core'
import { createLoop, type Duty } from '../duties/loop.ts'
import type { Pulse } from '../duties/pulse.ts'
import type { KnownNodes } from './known-nodes.ts'
import type { PoolBook } from './pool-book.ts'
import type { Recovery } from './recovery.ts'

export interface ScoutOptions {
  clock: Clock
  known: KnownNodes
  book: PoolBook
  recovery: Recovery
  pulse: Pulse
  everyMs: number
}

/** Looks, on every instance, at what others have changed: nodes, pools, and whether the hot state remembers. */
export function createScout({ clock, known, book, recovery, pulse, everyMs }: ScoutOptions): Duty {
  return createLoop({
    clock,
    longestSleepMs: everyMs,
    step: async () => {
      await known.refresh()
      await book.refresh()
      await recovery.look().catch((error) => {
        if (!RotaError.is(error) || error.code !== 'unavailable') throw error
      })
      return everyMs
    },
    onError: pulse.storeFailed,
  })
}
