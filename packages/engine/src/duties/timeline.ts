import type { Clock, Timer } from '@rota/core'
import { NumberHeap } from '../time-heap.ts'
import type { Held } from './hand.ts'

/** What starts after such a rest starts sharply; where every millisecond has something to start, timers do. */
const LEAST_REST_MS = 20

/** What is held, by its instant, with one timer for the next of them. */
export interface Timeline {
  add(held: Held): void
  /** The next one that is due at an instant, if there is one. */
  takeDue(now: number): Held | undefined
  /** The earliest instant; Infinity for none. */
  readonly first: number
  /** Has `onDue` called at the earliest instant. */
  arm(): void
  stop(): void
}

/** Never early: a timer may come a little before the wall clock's instant, and the clock may have been set. */
export function createTimeline(options: { clock: Clock; longestSleepMs: number; onDue: () => void }): Timeline {
  const { clock, longestSleepMs, onDue } = options
  const heap = new NumberHeap<Held>()
  let timer: Timer | null = null
  let armedFor = Number.POSITIVE_INFINITY

  function disarm() {
    timer?.cancel()
    timer = null
    armedFor = Number.POSITIVE_INFINITY
  }

  return {
    add: (held) => heap.push(held.row.runAt, held),
    takeDue: (now) => (heap.firstKey <= now ? heap.pop() : undefined),
    get first() {
      return heap.firstKey
    },
    arm() {
      const next = heap.firstKey
      if (timer !== null && next >= armedFor) return
      disarm()
      if (next === Number.POSITIVE_INFINITY) return
      const delayMs = Math.min(Math.max(Math.ceil(next - clock.now()), 0), longestSleepMs)
      armedFor = next
      const fire = () => {
        timer = null
        armedFor = Number.POSITIVE_INFINITY
        onDue()
      }
      const isSharp = clock.sharply !== undefined && delayMs >= LEAST_REST_MS && delayMs < longestSleepMs
      timer = isSharp ? clock.sharply!(delayMs, () => clock.now() >= next, fire) : clock.after(delayMs, fire)
    },
    stop: disarm,
  }
}
