import { NumberHeap } from '../time-heap.ts'
import type { Held } from './hand.ts'

/** What could start and finds no place, one line for each thing that is lacking, first in rank first. */
export interface WaitingLines {
  add(held: Held, line: string): void
  /** The first of a line that still waits. */
  take(line: string): Held | undefined
  readonly size: number
}

export function createWaitingLines(): WaitingLines {
  const lines = new Map<string, NumberHeap<Held>>()
  let size = 0
  return {
    add(held, line) {
      const heap = lines.get(line) ?? new NumberHeap<Held>()
      lines.set(line, heap)
      heap.push(held.row.rank, held)
      size++
    },
    take(line) {
      const heap = lines.get(line)
      for (let next = heap?.pop(); next !== undefined; next = heap?.pop()) {
        size--
        if (next.stage === 'waiting') return next
      }
      return undefined
    },
    get size() {
      return size
    },
  }
}
