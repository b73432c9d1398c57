import type { Clock, SkipReason } from '@rota/core'
import type { ClaimResult, ExecutionStore } from '../ports/executions.ts'
import type { NodePlacer, Place, Placer } from '../ports/placer.ts'
import { createAdmitter } from './admitter.ts'
import { type Hand, type Held, releasePlace } from './hand.ts'
import type { createLateWaiters } from './late-waiters.ts'
import type { Parting } from './parting.ts'
import { createPlacing, type PlacingOptions } from './placing.ts'
import type { Pulse } from './pulse.ts'
import type { Runner } from './runner.ts'
import { createStartGate } from './start-gate.ts'
import { createTimeline } from './timeline.ts'
import { createWaitingLines } from './waiting-lines.ts'
import { createWithholding } from './withholding.ts'

export interface StartingOptions {
  clock: Clock
  executions: ExecutionStore
  hand: Hand
  placer: Placer
  nodes: NodePlacer
  /** The place of what runs on several nodes: each of its parts finds room for itself. */
  spread: (held: Held) => Place
  runner: Runner
  parting: Parting
  lateWaiters: ReturnType<typeof createLateWaiters>
  pulse: Pulse
  longestSleepMs: number
  /** False when others may have taken over what is held: nothing may start then. */
  isSure: () => boolean
  /** Told what else an admission has decided. */
  onAdmission: (result: ClaimResult) => void
  /** A claim may find more by now. */
  onRoom: () => void
}

/** Work that is due but finds no free place here is left to others beyond this. */
const MOST_WAITING = 5000
/** What is due starts before anything else; after this long, other work of the loop gets its turn in between. */
const LONGEST_TURN_MS = 100
/** Starts between two looks at how long the turn has taken. */
const STARTS_PER_LOOK = 500

/** The way of what is in hand to its start: its instant, its slots, a place, the store's word. */
export interface Starting {
  /** Waits for its instant from now on. */
  add(held: Held): void
  /** Starts what is due, a slice at a time. */
  startDue(): void
  /** Tells that a place became free for those that stand in a line. */
  placeFreed(line: string): void
  /** Starts nothing of a task until the answer is called: the store is being asked what is left of it. */
  withhold(taskSeq: number): () => void
  /** So many wait for a place that no more are to be claimed. */
  readonly isFull: boolean
  /** Nothing waits for a place or is due. */
  readonly isIdle: boolean
  /** Whether something that is due waits for the store's word to start. */
  readonly isStarting: boolean
  /** Puts nothing back into the timeline any more. */
  close(): void
  /** Waits for no instant any more. */
  stopTimeline(): void
  /** Starts nothing any more. */
  stopGate(): void
}

export function createStarting(options: StartingOptions): Starting {
  const { clock, hand, placer, runner, parting, lateWaiters, isSure } = options
  const lines = createWaitingLines()
  const timeline = createTimeline({ clock, longestSleepMs: options.longestSleepMs, onDue: startDue })
  const withholding = createWithholding(holdAgain)
  const placing = createPlacing({ ...placingOf(options), mayStart, ready: reserved })
  let closed = false

  const gate = createStartGate({ ...options, begin, mayStillStart, onRefused })

  const asked = { reserve, tryStart, forget: parting.forget, hold: holdAgain, onResult: options.onAdmission }
  const admitter = createAdmitter({ ...options, ...asked })

  function mayStillStart(held: Held): boolean {
    const may = mayStart(held)
    if (!may) releasePlace(held)
    return may
  }

  function onRefused(held: Held, isGone: boolean) {
    // What is not gone is given back once the lease is renewed.
    if (isGone) parting.forget(held)
    releasePlace(held)
  }

  function startDue() {
    // Once the lease is renewed, what is held goes back and is claimed anew.
    if (!isSure()) return
    const now = clock.now()
    const contended: Held[] = []
    const turnEnds = clock.monotonic() + LONGEST_TURN_MS
    let starts = 0
    for (let held = timeline.takeDue(now); held !== undefined; held = timeline.takeDue(now)) {
      if (held.stage === 'held') {
        if (held.row.isNoted && reserve(held)) tryStart(held, true, now)
        else if (held.row.admitted) tryStart(held, false, now)
        else contended.push(held)
      }
      if (++starts % STARTS_PER_LOOK === 0 && clock.monotonic() > turnEnds) break
    }
    gate.flush()
    if (contended.length > 0) void admit(contended)
    timeline.arm()
  }

  async function admit(contended: readonly Held[]) {
    const hasMore = await admitter.admit(contended)
    gate.flush()
    if (hasMore) options.onRoom()
  }

  /** Puts back into the timeline what is in hand and has not started. */
  function holdAgain(some: readonly Held[]) {
    if (closed) return
    for (const held of some) {
      if (held.stage === 'gone') continue
      hand.move(held, 'held')
      timeline.add(held)
    }
    startDue()
  }

  /** Gives it a place, or notes what it lacks. Whether a node has one is not known at once. */
  function reserve(held: Held): boolean {
    if (isForNode(held)) return false
    const got = placer.reserve(held.work)
    if ('waitsFor' in got) held.shortage = got.waitsFor
    else held.place = got
    return held.place !== null
  }

  function reserved(held: Held) {
    hand.move(held, 'reserved')
    gate.add(held)
  }

  function begin(held: Held) {
    hand.move(held, 'offered')
    lateWaiters.forget(held)
    gate.showSoon()
    runner.start(held)
  }

  /** `isNoted`: it has a place, and the store has noted that it starts. */
  function tryStart(held: Held, isNoted = false, now = clock.now()) {
    if (!mayStart(held, now)) releasePlace(held)
    else if (isNoted) begin(held)
    else if (held.work.spread !== null) {
      held.place = options.spread(held)
      reserved(held)
    } else if (isForNode(held)) placing.place(held)
    else if (reserve(held)) reserved(held)
    else {
      hand.move(held, 'waiting')
      lines.add(held, held.shortage!.line)
      lateWaiters.note(held)
    }
  }

  function mayStart(held: Held, now = clock.now()): boolean {
    if (!isSure()) return false
    if (withholding.keeps(held)) {
      hand.move(held, 'withheld')
      return false
    }
    const tooLate = lateReason(held, now)
    if (tooLate !== null) parting.skip(held, tooLate)
    return tooLate === null
  }

  /** Why it does not run any more: it has waited beyond its grace time, wherever that was. */
  function lateReason(held: Held, now: number): SkipReason | null {
    const { skipAfter, mergeAfter } = held.row
    if (skipAfter !== null && skipAfter < now) return 'misfire'
    return mergeAfter !== null && mergeAfter < now && lateWaiters.isFollowed(held, now) ? 'merged' : null
  }

  return {
    ...{ add: timeline.add, stopTimeline: timeline.stop, stopGate: gate.stop },
    ...{ startDue, withhold: withholding.begin },
    placeFreed(line) {
      const wasFull = lines.size >= MOST_WAITING
      while (!closed && !placer.isFull(line)) {
        const next = lines.take(line)
        if (next === undefined) break
        tryStart(next)
      }
      if (wasFull && lines.size < MOST_WAITING) options.onRoom()
    },
    get isFull() {
      return lines.size >= MOST_WAITING || placing.isFull
    },
    get isIdle() {
      return lines.size === 0 && placing.isIdle && timeline.first > clock.now()
    },
    get isStarting() {
      return gate.isBusy
    },
    close() {
      closed = true
      placing.close()
    },
  }
}

function isForNode({ work }: Held): boolean {
  return work.target.kind === 'node'
}

/** Where what waits for a node goes. */
function placingOf(options: StartingOptions): Omit<PlacingOptions, 'mayStart' | 'ready'> {
  const { clock, hand, nodes, lateWaiters, parting, onRoom } = options
  return {
    ...{ clock, hand, nodes, onRoom, waits: lateWaiters.note, giveUp: parting.giveUp },
    ...parkingOf(options),
  }
}

/** Lines of those that wait in the store. What cannot be written now is tried again: nothing else remembers it. */
function parkingOf({ executions, pulse }: StartingOptions): Pick<PlacingOptions, 'park' | 'unpark'> {
  const keyOf = (line: string) => `node:${line}`
  const park: PlacingOptions['park'] = async (some, line) => {
    try {
      await executions.park(
        some.map(({ row: { seq, claimSeq } }) => ({ seq, claimSeq })),
        keyOf(line),
      )
    } catch (error) {
      // It is done when they wait there, not before: whoever asks for them too early finds none.
      await new Promise<void>((resolve) => pulse.retry(error, resolve))
      await park(some, line)
    }
  }
  return {
    park,
    async unpark(line, most) {
      try {
        return await executions.unpark(keyOf(line), most)
      } catch (error) {
        pulse.storeFailed(error)
        return 0
      }
    },
  }
}
