import type { Clock } from '@rota/core'
import type { ClaimResult, ExecutionStore } from '../ports/executions.ts'
import { type Hand, type Held, releasePlace } from './hand.ts'
import type { Pulse } from './pulse.ts'

export interface AdmitterOptions {
  clock: Clock
  executions: ExecutionStore
  hand: Hand
  pulse: Pulse
  /** Gives it a place, if there is one. */
  reserve: (held: Held) => boolean
  /** It has its slots; `isNoted`: it has a place, too, and the store has noted that it starts. */
  tryStart: (held: Held, isNoted: boolean) => void
  /** It is in nobody's hands any more, or waits in the store for its slots. */
  forget: (held: Held) => void
  /** To be asked about once more: its instant has not come by the store's clock, or the store could not be asked. */
  hold: (held: readonly Held[]) => void
  /** Told what else an admission decided. */
  onResult: (result: ClaimResult) => void
}

/** Asks the store for the slots of what is due. Those for whom there is a place start with the same word. */
export interface Admitter {
  /** Answers whether a claim may find more by now. */
  admit(due: readonly Held[]): Promise<boolean>
}

export function createAdmitter(options: AdmitterOptions): Admitter {
  const { clock, executions, hand, pulse, reserve, tryStart, forget, hold, onResult } = options

  async function ask(due: readonly Held[]): Promise<ClaimResult | null> {
    const starting = new Set(due.filter(reserve).map((held) => held.row.seq))
    try {
      const rows = due.map((held) => held.row)
      return await executions.admit(rows, clock.now(), starting)
    } catch (error) {
      for (const held of due) releasePlace(held)
      // They go back into the timeline: by the next try the clock may have been set back.
      pulse.retry(error, () => hold(due.filter((held) => held.stage === 'admitting')))
      return null
    }
  }

  return {
    async admit(due) {
      for (const held of due) hand.move(held, 'admitting')
      const result = await ask(due)
      if (result === null) return false
      onResult(result)
      const admitted = new Map(result.claimed.map((row) => [row.seq, row.admitted]))
      for (const held of due) {
        const isIn = admitted.get(held.row.seq)
        if (isIn && held.stage === 'admitting') {
          tryStart(held, held.place !== null)
          continue
        }
        releasePlace(held)
        if (isIn === undefined) forget(held)
        else if (held.stage === 'admitting') hold([held])
      }
      return result.more
    },
  }
}
