import type { Clock, Timer } from '@rota/core'
import type { Hints } from '../ports/hints.ts'

/** Between two hints of a kind: whoever looks finds all that came meanwhile. */
const REST_MS = 20

/** Tells other instances where to look, not more often than does good. */
export interface Hinter {
  /** There is work to be started at `runAt` that this instance does not take. */
  work(runAt: number): void
  /** Something that others may have in hand is to be stopped. */
  cancel(): void
  stop(): void
}

export function createHinter({ clock, hints }: { clock: Clock; hints: Hints }): Hinter {
  let earliest = Number.POSITIVE_INFINITY
  let isCancelDue = false
  let rest: Timer | null = null

  function send() {
    if (rest !== null) return
    if (earliest < Number.POSITIVE_INFINITY) hints.send({ kind: 'work', runAt: earliest })
    if (isCancelDue) hints.send({ kind: 'cancel' })
    earliest = Number.POSITIVE_INFINITY
    isCancelDue = false
    rest = clock.after(REST_MS, () => {
      rest = null
      if (earliest < Number.POSITIVE_INFINITY || isCancelDue) send()
    })
  }

  return {
    work(runAt) {
      earliest = Math.min(earliest, runAt)
      send()
    },
    cancel() {
      isCancelDue = true
      send()
    },
    stop() {
      rest?.cancel()
    },
  }
}
