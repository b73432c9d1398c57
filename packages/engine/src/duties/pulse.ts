import { type Clock, RotaError } from '@rota/core'
import type { EngineEvent } from '../api/events.ts'

/** A call of the store that failed, for whoever wants to try again before the pause is over. */
export interface FailedCall {
  /** When it began, by the monotonic clock. */
  beganAt?: number
  /** Called once when the store works again, unless the caller's pause is over sooner. Harmless then. */
  rouse?: () => void
}

/** How the duties tell what happens to whoever listens, and whether the store takes writes. */
export interface Pulse {
  emit(event: EngineEvent): void
  batch(leg: 'plan' | 'claim' | 'complete' | 'submit', size: number, ms: number): void
  /** Reports a failed store call; answers how many ms to wait before the next try. */
  storeFailed(error: unknown, call?: FailedCall): number
  /** Reports a failed store call and tries again after a pause, at once when the store works sooner. */
  retry(error: unknown, again: () => void): void
  /** Reports that the store takes writes. What only reads, or may, does not tell: a read-only store would seem to come and go. */
  storeWorks(): void
  /** Why the store is not working; null while it is. */
  readonly trouble: string | null
}

const SHORTEST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5000
/** Pauses last as long as this share of the trouble so far, however many duties meet it. */
const SHARE_OF_TROUBLE = 0.5

export function createPulse(clock: Clock, emit: (event: EngineEvent) => void): Pulse {
  let trouble: string | null = null
  let troubleSince = 0
  let workedAt = Number.NEGATIVE_INFINITY
  /** Those who rest after a failure, and when it was. */
  const resting = new Map<() => void, number>()

  function storeFailed(error: unknown, { beganAt = Number.POSITIVE_INFINITY, rouse }: FailedCall = {}): number {
    const reason = error instanceof Error ? error.message : String(error)
    const at = clock.monotonic()
    if (trouble === null || !RotaError.is(error)) {
      // A call from before the store worked again, or the last word of a cut connection, is no new trouble.
      if (trouble === null && RotaError.is(error) && beganAt < workedAt) return SHORTEST_PAUSE_MS
      emit({ type: 'degraded', reason })
    }
    if (trouble === null) troubleSince = at
    trouble = reason
    if (rouse !== undefined) resting.set(rouse, at)
    const share = Math.round((at - troubleSince) * SHARE_OF_TROUBLE)
    return Math.min(Math.max(share, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS)
  }

  function rouseAll(at: number) {
    for (const [rouse, failedAt] of resting) {
      // Who fails although others do not must not try again at each success of theirs.
      clock.after(Math.max(0, failedAt + SHORTEST_PAUSE_MS - at), rouse)
    }
    resting.clear()
  }

  return {
    emit,
    batch: (leg, size, ms) => emit({ type: 'batch', leg, size, ms }),
    storeFailed,
    retry(error, again) {
      let isDue = true
      const once = () => {
        resting.delete(once)
        if (isDue) again()
        isDue = false
      }
      clock.after(storeFailed(error, { rouse: once }), once)
    },
    storeWorks() {
      workedAt = clock.monotonic()
      if (trouble === null) return
      trouble = null
      emit({ type: 'recovered' })
      rouseAll(workedAt)
    },
    get trouble() {
      return trouble
    },
  }
}

/** Lets I/O and timers have their turn between two slices of a long piece of work. */
export function yieldToLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
