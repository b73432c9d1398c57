import { NumberHeap } from '../time-heap.ts'
import type { Held } from './runner.ts'

/** How many attempts may run at once on this instance, by kind of work. */
export interface LaneLimits {
  /** Attempts that are processes: shell, python, script. */
  processes: number
  /** Everything else: http, handlers, plug-in types. */
  calls: number
}

const PROCESS_TYPES = new Set(['shell', 'python', 'script'])

/** A share of this instance's capacity with the work that waits for it, first in rank first. */
export interface Lane {
  readonly limit: number
  running: number
  readonly waiting: NumberHeap<Held>
}

export function createLanes(limits: LaneLimits) {
  const processes: Lane = { limit: limits.processes, running: 0, waiting: new NumberHeap() }
  const calls: Lane = { limit: limits.calls, running: 0, waiting: new NumberHeap() }
  return {
    of: (type: string): Lane => (PROCESS_TYPES.has(type) ? processes : calls),
    all: [processes, calls],
    /** Free places that whatever comes will find, of whatever type. */
    get places() {
      return Math.min(processes.limit - processes.running, calls.limit - calls.running)
    },
    get waiting() {
      return processes.waiting.size + calls.waiting.size
    },
  }
}
