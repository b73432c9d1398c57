import type { Clock } from '@rota/core'

/** How long a piece of work may keep the event loop to itself. */
const SLICE_MS = 8

/** Does work that comes in small steps, and lets everybody else have a turn every few milliseconds. */
export async function inSlices<T>(work: Generator<void, T>, clock: Clock): Promise<T> {
  for (;;) {
    const sliceEndsAt = clock.monotonic() + SLICE_MS
    do {
      const step = work.next()
      if (step.done === true) return step.value
    } while (clock.monotonic() < sliceEndsAt)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
