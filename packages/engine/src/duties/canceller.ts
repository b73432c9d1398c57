import type { Clock } from '@rota/core'
import type { Cancellations } from '../ports/cancellations.ts'
import { createLoop, type Duty } from './loop.ts'
import type { Pulse } from './pulse.ts'

export interface CancellerOptions {
  clock: Clock
  cancellations: Cancellations
  instanceId: string
  /** How often to look, in ms. */
  pollMs: number
  pulse: Pulse
  /** Stops an execution that is in this instance's hands. */
  cancel: (seq: number, reason: string) => void
  /** Gives an execution up if it has not started. */
  cancelUnstarted: (seq: number, reason: string) => void
}

/** Stops what other instances want stopped of the executions that this one has in hand. */
export function createCanceller(options: CancellerOptions): Duty {
  const { clock, cancellations, instanceId, pollMs, pulse } = options
  /** Told already. A second time would hurry a program that is ending. */
  let told = new Set<number>()

  async function step(): Promise<number> {
    const { wishes } = await cancellations.of(instanceId, clock.now())
    for (const { seq, reason, ifUnstarted } of wishes) {
      if (ifUnstarted) options.cancelUnstarted(seq, reason)
      else if (!told.has(seq)) options.cancel(seq, reason)
    }
    told = new Set(wishes.filter((wish) => !wish.ifUnstarted).map((wish) => wish.seq))
    return pollMs
  }

  return createLoop({ clock, step, longestSleepMs: pollMs, onError: pulse.storeFailed })
}
