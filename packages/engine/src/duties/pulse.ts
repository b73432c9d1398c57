import { RotaError } from '@rota/core'
import type { EngineEvent } from '../api.ts'

/** How the duties tell what happens to whoever listens, and whether the store takes writes. */
export interface Pulse {
  emit(event: EngineEvent): void
  batch(leg: 'plan' | 'claim' | 'complete' | 'submit', size: number, ms: number): void
  /** Reports a failed store call; answers how many ms to wait before the next try. */
  storeFailed(error: unknown): number
  /** Reports that the store takes writes. What only reads, or may, does not tell: a read-only store would seem to come and go. */
  storeWorks(): void
  /** Why the store is not working; null while it is. */
  readonly trouble: string | null
}

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5000

export function createPulse(emit: (event: EngineEvent) => void): Pulse {
  let trouble: string | null = null
  let pauseMs = FIRST_PAUSE_MS
  return {
    emit,
    batch: (leg, size, ms) => emit({ type: 'batch', leg, size, ms }),
    storeFailed(error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (trouble === null || !RotaError.is(error)) emit({ type: 'degraded', reason })
      trouble = reason
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
      return pauseMs
    },
    storeWorks() {
      if (trouble === null) return
      trouble = null
      pauseMs = FIRST_PAUSE_MS
      emit({ type: 'recovered' })
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
