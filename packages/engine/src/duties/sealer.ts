import type { Clock } from '@rota/core'
import type { AuditStore } from '../ports/audit.ts'
import { createLoop, type Duty } from './loop.ts'
import { type Pulse, yieldToLoop } from './pulse.ts'

export interface SealerOptions {
  clock: Clock
  audit: Pick<AuditStore, 'seal'>
  pulse: Pulse
  /** How often to look for new entries. */
  periodMs: number
  /** Whether this instance does the housekeeping. */
  isOurs: () => boolean
}

/** Entries in one transaction: few enough that the loop is held for a millisecond. */
const BATCH = 100

/** Gives entries of the audit their numbers and their places in the chain, soon after they were written. */
export function createSealer({ clock, audit, pulse, periodMs, isOurs }: SealerOptions): Duty {
  let closed = false

  async function step(): Promise<number> {
    if (!isOurs()) return periodMs
    while (!closed && (await audit.seal(BATCH)) === BATCH) await yieldToLoop()
    return periodMs
  }

  const loop = createLoop({ clock, step, longestSleepMs: periodMs, onError: pulse.storeFailed })
  return {
    ...loop,
    stop() {
      closed = true
      return loop.stop()
    },
  }
}
