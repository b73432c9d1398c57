import { type Clock, say, type Timer } from '@rota/core'
import type { NodePlacer, NodeWork, Place } from '../ports/placer.ts'
import { NumberHeap } from '../time-heap.ts'
import { type Hand, type Held, releasePlace } from './hand.ts'
import { createNodeLines } from './node-lines.ts'

export interface PlacingOptions {
  clock: Clock
  hand: Hand
  nodes: NodePlacer
  /** Asked once it has a place: much may have happened while nodes were asked. Moves what may not. */
  mayStart: (held: Held) => boolean
  /** It has its place. */
  ready: (held: Held) => void
  /** It waits for a node. */
  waits: (held: Held) => void
  /** It has waited for as long as it may, or cannot be placed at all. */
  giveUp: (held: Held, why: string) => void
  /** A claim may find more by now. */
  onRoom: () => void
  /** Lets some wait in the store instead of here. */
  park: (some: readonly Held[], line: string) => Promise<void>
  /** Lets so many of those that wait in the store for the same be claimed again; answers how many. */
  unpark: (line: string, most: number) => Promise<number>
}

/** Finds nodes for what is due, and keeps in line what finds none. */
export interface Placing {
  place(held: Held): void
  /** So many wait that no more are to be claimed. */
  readonly isFull: boolean
  readonly isIdle: boolean
  close(): void
}

/** Work that waits for nodes here is left to others beyond this. */
const MOST_WAITING = 5_000
/** Of one line so many wait here; the others wait in the store, where they hold up nothing else. */
const MOST_PER_LINE = 500
/** When so few are left of a line, some of those in the store are wanted. */
const FEW_LEFT = 100
/** A line of which nothing waits in the store is asked for again after this long. */
const ASK_AGAIN_MS = 1_000
/** Of one line so many are placed side by side: a node is asked in a millisecond or more. */
const AT_ONCE = { least: 16, most: 256 }

export function createPlacing(options: PlacingOptions): Placing {
  const { clock, hand, nodes } = options
  const lines = createNodeLines()
  const overdue = createOverdue(clock, expire)
  /** Lines that are being served, and whether there was room once more meanwhile. */
  const serving = new Map<string, boolean>()
  const parking = createParking({ ...options, isShort: (line) => !closed && lines.sizeOf(line) < FEW_LEFT })
  let closed = false
  let finding = 0

  function wait(held: Held, line: string) {
    if (lines.sizeOf(line) >= MOST_PER_LINE) {
      parking.add(held, line)
      return
    }
    hand.move(held, 'waiting')
    lines.add(held, line)
    options.waits(held)
    overdue.watch(held)
  }

  /** Answers whether it has found a place. */
  async function find(held: Held, line: string): Promise<boolean> {
    hand.move(held, 'placing')
    finding++
    const got = await nodes.find(workOf(held)).catch((error: unknown) => error as Error)
    finding--
    if (got instanceof Error) {
      // Whatever it is about this one, the others are to go on.
      if (held.stage === 'placing') options.giveUp(held, say`It could not be placed: ${got.message}`)
      return false
    }
    if (held.stage !== 'placing' || closed) {
      if (isPlace(got)) got.release()
      return false
    }
    if (!isPlace(got)) {
      held.shortage = got.waitsFor
      wait(held, line)
      return false
    }
    held.place = got
    held.shortage = null
    if (options.mayStart(held)) options.ready(held)
    else releasePlace(held)
    return true
  }

  async function serve(line: string) {
    if (serving.has(line)) {
      serving.set(line, true)
      return
    }
    do {
      serving.set(line, false)
      // As long as all find room, twice as many look for it next.
      let width = AT_ONCE.least
      for (let found = await serveSome(line, width); found > 0 && !closed; found = await serveSome(line, width)) {
        width = found < width ? AT_ONCE.least : Math.min(2 * width, AT_ONCE.most)
      }
    } while (serving.get(line) && !closed)
    serving.delete(line)
    parking.takeBack(line)
    if (lines.size < MOST_WAITING) options.onRoom()
  }

  /** Answers how many have found a place: then the next may. */
  async function serveSome(line: string, most: number): Promise<number> {
    const heads: Held[] = []
    while (heads.length < most) {
      const more = lines.heads(line)
      if (more.length === 0) break
      for (const held of more) lines.served(held, line)
      heads.push(...more)
    }
    const found = await Promise.all(heads.map((held) => find(held, line)))
    return found.filter(Boolean).length
  }

  function expire(held: Held) {
    if (closed || (held.stage !== 'waiting' && held.stage !== 'placing')) return
    const { target } = held.work
    if (target.kind !== 'node') return
    options.giveUp(held, say`No node had room for it within ${target.queue_timeout_seconds!} s.`)
  }

  nodes.onRoom((some) => {
    if (closed) return
    for (const line of some ?? lines.lines()) if (lines.has(line)) void serve(line)
  })

  return {
    place(held) {
      const line = nodes.lineOf(workOf(held))
      // Who comes later stands behind those who wait for the same.
      if (!lines.has(line)) void find(held, line)
      else wait(held, line)
    },
    get isFull() {
      return lines.size >= MOST_WAITING
    },
    get isIdle() {
      return lines.size === 0 && finding === 0
    },
    close() {
      closed = true
      overdue.stop()
      parking.stop()
    },
  }
}

function isPlace(got: Awaited<ReturnType<NodePlacer['find']>>): got is Place {
  return !('waitsFor' in got)
}

interface ParkingOptions extends PlacingOptions {
  /** Whether so few of a line are left here that some of those in the store are wanted. */
  isShort: (line: string) => boolean
}

/** Where those wait that are too many for an instance's hands. */
function createParking({ clock, hand, park, unpark, onRoom, isShort }: ParkingOptions) {
  const leaving = new Map<string, Held[]>()
  /** Lines of which some were sent to the store, and have not all come back as far as is known. */
  const away = new Set<string>()
  let timer: Timer | null = null
  /** When a line was last asked for, by the monotonic clock, and in vain. */
  const asked = new Map<string, number>()

  async function send(line: string) {
    const some = leaving.get(line)!
    leaving.delete(line)
    await park(some, line)
    away.add(line)
    lookAgain()
  }

  /** Those in hand may have ended before the others were in the store: then nobody else asks for these. */
  function lookAgain() {
    timer ??= clock.after(ASK_AGAIN_MS, () => {
      timer = null
      for (const line of away) takeBack(line)
      if (away.size > 0) lookAgain()
    })
  }

  function takeBack(line: string) {
    const now = clock.monotonic()
    if (!isShort(line) || now - (asked.get(line) ?? Number.NEGATIVE_INFINITY) < ASK_AGAIN_MS) return
    asked.set(line, now)
    void unpark(line, MOST_PER_LINE / 2).then((count) => {
      if (count === 0) {
        away.delete(line)
        return
      }
      asked.delete(line)
      onRoom()
    })
  }

  return {
    /** Those of one turn go together. */
    add(held: Held, line: string) {
      hand.leave(held)
      const others = leaving.get(line)
      if (others === undefined) {
        leaving.set(line, [held])
        setImmediate(() => void send(line))
      } else others.push(held)
      asked.delete(line)
    },
    takeBack,
    stop: () => timer?.cancel(),
  }
}

/** What placement has to know of it. */
export function workOf({ row, work }: Pick<Held, 'row' | 'work'>): NodeWork {
  const { handler } = work.payload
  return {
    executionId: row.id,
    attempt: row.attempt,
    fence: row.claimSeq,
    tenantId: work.tenantId,
    type: work.type,
    handler: work.type === 'handler' && typeof handler === 'string' ? handler : null,
    target: work.target as NodeWork['target'],
    taskId: work.taskId,
  }
}

/** One timer for the instants by which whoever waits must have found a node. */
function createOverdue(clock: Clock, expire: (held: Held) => void) {
  const heap = new NumberHeap<Held>()
  const watched = new WeakSet<Held>()
  let timer: Timer | null = null

  function arm() {
    timer?.cancel()
    timer = null
    if (heap.size === 0) return
    timer = clock.after(Math.max(0, heap.firstKey - clock.now()), () => {
      while (heap.size > 0 && heap.firstKey <= clock.now()) expire(heap.pop()!)
      arm()
    })
  }

  return {
    watch(held: Held) {
      const { target } = held.work
      const seconds = target.kind === 'node' ? target.queue_timeout_seconds : null
      if (seconds === null || watched.has(held)) return
      watched.add(held)
      const isFirst = held.row.runAt + seconds * 1_000 < heap.firstKey
      heap.push(held.row.runAt + seconds * 1_000, held)
      if (isFirst) arm()
    },
    stop: () => timer?.cancel(),
  }
}
