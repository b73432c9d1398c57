import { NumberHeap } from '../time-heap.ts'
import type { Held } from './hand.ts'

/**
 * What waits for a node with room, one line for each kind of wish. In a line each tenant has a queue of its own, first in
 * rank first; tenants take turns, so that one with much to do holds up nobody else (start-time fair queuing: Goyal, Vin
 * and Cheng, 1996).
 */
export interface NodeLines {
  add(held: Held, line: string): void
  /** Whether somebody waits in a line. */
  has(line: string): boolean
  /** Takes the first of each tenant that waits in a line, the tenant whose turn it is first. */
  heads(line: string): Held[]
  /** Whoever was taken as a head has found room: the next turn is another tenant's. */
  served(held: Held, line: string): void
  lines(): string[]
  /** How many wait in a line. */
  sizeOf(line: string): number
  readonly size: number
}

interface Queue {
  heap: NumberHeap<Held>
  /** Virtual time at which its next one may start. */
  tag: number
}

interface Line {
  queues: Map<string | null, Queue>
  /** Virtual time of whoever was served last. */
  now: number
  size: number
}

export function createNodeLines(): NodeLines {
  const lines = new Map<string, Line>()
  let size = 0

  function queueOf(line: Line, tenantId: string | null): Queue {
    const known = line.queues.get(tenantId)
    if (known !== undefined) return known
    const made = { heap: new NumberHeap<Held>(), tag: line.now }
    line.queues.set(tenantId, made)
    return made
  }

  function leave(line: Line) {
    line.size--
    size--
  }

  /** The first that still waits. */
  function take(line: Line, { heap }: Queue): Held | undefined {
    for (let next = heap.pop(); next !== undefined; next = heap.pop()) {
      leave(line)
      if (next.stage === 'waiting') return next
    }
    return undefined
  }

  return {
    add(held, name) {
      const line = lines.get(name) ?? { queues: new Map(), now: 0, size: 0 }
      lines.set(name, line)
      const queue = queueOf(line, held.work.tenantId)
      // Who has not waited for a while has saved up nothing.
      if (queue.heap.size === 0) queue.tag = Math.max(queue.tag, line.now)
      queue.heap.push(held.row.rank, held)
      line.size++
      size++
    },
    has: (name) => (lines.get(name)?.size ?? 0) > 0,
    heads(name) {
      const line = lines.get(name)
      if (line === undefined) return []
      const inTurn = [...line.queues.values()].sort((a, b) => a.tag - b.tag)
      const heads = inTurn.flatMap((queue) => take(line, queue) ?? [])
      if (line.size === 0 && heads.length === 0) lines.delete(name)
      return heads
    },
    served(held, name) {
      const line = lines.get(name)
      if (line === undefined) return
      const queue = queueOf(line, held.work.tenantId)
      line.now = Math.max(line.now, queue.tag)
      queue.tag = line.now + 1
    },
    lines: () => [...lines.keys()],
    sizeOf: (name) => lines.get(name)?.size ?? 0,
    get size() {
      return size
    },
  }
}
