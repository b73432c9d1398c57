// Long because: what is held, due, admitted and placed is one state, changed from all sides.
import { type Clock, type SkipReason, say, type Timer } from '@rota/core'
import type { Claimed, ClaimResult, ExecutionStore } from '../ports/executions.ts'
import { NumberHeap } from '../time-heap.ts'
import type { Workbook } from '../work.ts'
import type { Ranked } from './claim-floor.ts'
import { type Claiming, createClaiming } from './claiming.ts'
import type { Completer } from './completer.ts'
import type { createLanes } from './lanes.ts'
import { createLateWaiters } from './late-waiters.ts'
import { createLoop, type Duty } from './loop.ts'
import type { Pulse } from './pulse.ts'
import type { Held, Runner } from './runner.ts'
import type { Skipped } from './skip-teller.ts'
import { createStartGate } from './start-gate.ts'

export interface DispatcherOptions {
  clock: Clock
  executions: ExecutionStore
  workbook: Workbook
  runner: Runner
  lanes: ReturnType<typeof createLanes>
  completer: Completer
  pulse: Pulse
  instanceId: string
  /** How long before its instant an execution is claimed, in ms. */
  prefetchMs: number
  /** Executions held at most, claimed and not started. */
  mostHeld: number
  /** How often to look for work that nobody told us of, in ms. */
  pollMs: number
  longestSleepMs: number
  /** False when others may have taken over what is held: nothing may start then. */
  isSure: () => boolean
  /** Told when this instance is full and leaves due work to others. */
  onFull: () => void
  /** Told that something is to be stopped that is not in this instance's hands. */
  onElsewhere: () => void
  /** Told of executions that are answered without running. */
  onSkipped: (rows: readonly Skipped[]) => void
}

/** Work that is due but finds no free place here is left to others beyond this. */
const MOST_WAITING = 5000
/** What is due starts before anything else; after this long, other work of the loop gets its turn in between. */
const LONGEST_TURN_MS = 100
/** What starts after such a rest starts sharply; where every millisecond has something to start, timers do. */
const LEAST_REST_MS = 20
/** Starts between two looks at how long the turn has taken. */
const STARTS_PER_LOOK = 500

/** Claims executions shortly before they are due, holds them in memory, and starts each at its instant. */
export interface Dispatcher extends Duty {
  /** Tells of rows that were added. */
  expect(rows: readonly Ranked[]): void
  /** Tells that something is to be started from `runAt` on, up to `until` when that is later. */
  expectFrom(runAt: number, until?: number): void
  /** Adds new rows and takes what may start at once. */
  takeNew: Claiming['takeNew']
  /** Tells that a place became free. */
  placeFreed(held: Held): void
  /** Starts nothing of a task until the answer is called: the store is being asked what is left of it. */
  withhold(taskSeq: number): () => void
  /** Forgets held executions that were removed from the store. */
  drop(seqs: Iterable<number>): void
  /** Stops a held or running execution; false when it is not in this instance's hands. */
  cancel(seq: number, reason: string): boolean
  /** Gives up a held execution; false when it is not held, or has started. */
  cancelUnstarted(seq: number, reason: string): boolean
  /** Gives back everything that is held and not started, and goes on: whoever took it over meanwhile keeps it. */
  giveBackAll(): void
  /** Gives back everything that is held and not started, for good. */
  release(): void
  /** Whether what is due waits for the store's word. */
  readonly isStarting: boolean
  /** False while others have to do what comes. */
  readonly takesWork: boolean
  readonly held: number
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { clock, executions, workbook, runner, lanes, completer, pulse } = options
  const timeline = new NumberHeap<Held>()
  const heldBySeq = new Map<number, Held>()
  const lateWaiters = createLateWaiters()
  /** Tasks under change: how many changes, and what has come due meanwhile. */
  const withheld = new Map<number, { changes: number; due: Held[] }>()
  let timer: Timer | null = null
  let armedFor = Number.POSITIVE_INFINITY
  let closed = false
  let isFull = false
  /** How often everything was given back: what was claimed before counts no longer, also when its answer comes after. */
  let giveBacks = 0

  const gate = createStartGate({
    ...{ clock, executions, pulse, begin },
    isSure: options.isSure,
    mayStillStart(held) {
      const may = mayStart(held, clock.now())
      if (!may) leavePlace(held)
      return may
    },
    onRefused(held, isGone) {
      // What is not gone is given back once the lease is renewed.
      if (isGone) forget(held)
      leavePlace(held)
    },
  })

  const claiming = createClaiming({
    ...{ clock, executions, completer, pulse },
    instanceId: options.instanceId,
    prefetchMs: options.prefetchMs,
    room: () => (lanes.waiting < MOST_WAITING ? options.mostHeld - heldBySeq.size : 0),
    mayClaim: () => !closed && options.isSure(),
    places: () => lanes.places,
    isIdle: () => lanes.waiting === 0 && timeline.firstKey > clock.now(),
    era: () => giveBacks,
    take,
    inHand: () => new Set([...heldBySeq.keys(), ...runner.claims().map((claim) => claim.seq)]),
    wake: () => loop.wake(),
  })

  async function step(): Promise<number> {
    const isNowFull = await claiming.claimAll()
    if (isNowFull && !isFull) options.onFull()
    isFull = isNowFull
    // What becomes due within the prefetch window must be claimed before its instant, not at it.
    return isFull ? options.pollMs : Math.min(options.pollMs, options.prefetchMs / 2)
  }

  /** Holds what was claimed. `era`: how often everything had been given back when it was asked for. */
  async function take(result: ClaimResult, era: number) {
    announce(result)
    if (result.claimed.length === 0) return
    let works: Awaited<ReturnType<Workbook['find']>>
    try {
      works = await workbook.find(result.claimed)
    } catch (error) {
      for (const row of result.claimed) giveBack(row)
      throw error
    }
    // The lease has ended meanwhile and was renewed: others may have taken the rows over.
    if (era !== giveBacks) {
      for (const row of result.claimed) giveBack(row)
      return
    }
    const now = clock.now()
    for (const [i, row] of result.claimed.entries()) {
      const work = works[i]!
      if (work instanceof Error) {
        park(row, work)
        continue
      }
      const held: Held = { row, work, dropped: false }
      heldBySeq.set(row.seq, held)
      timeline.push(row.runAt, held)
      if (row.mergeAfter !== null && row.mergeAfter < now) lateWaiters.note(held)
    }
    startDue()
  }

  /** What a claim or an admission decided besides handing out rows. */
  function announce({ skipped, replaced }: ClaimResult) {
    options.onSkipped(skipped)
    for (const seq of replaced) {
      if (!cancel(seq, say`a newer execution of the task replaces it`)) options.onElsewhere()
    }
  }

  /** A row that cannot be read is ended with that reason; the others go on. */
  function park(row: Claimed, error: Error) {
    completer.settle({
      ...endOf(row),
      status: 'failed',
      failure: 'error',
      error: say`Its definition cannot be read: ${error.message}`,
    })
  }

  function endOf(row: Claimed) {
    return {
      kind: 'finish',
      seq: row.seq,
      claimSeq: row.claimSeq,
      failure: null,
      reason: null,
      startedAt: null,
      finishedAt: clock.now(),
      exitCode: null,
      error: null,
      output: null,
      result: null,
      cpuMs: null,
      maxRssBytes: null,
      droppedLogBytes: 0,
      keep: true,
    } as const
  }

  /** Starts what is due, a slice at a time. */
  function startDue() {
    // Once the lease is renewed, what is held goes back and is claimed anew.
    if (!options.isSure()) return
    const now = clock.now()
    const contended: Held[] = []
    const turnEnds = clock.monotonic() + LONGEST_TURN_MS
    for (let starts = 1; timeline.firstKey <= now; starts++) {
      if (starts % STARTS_PER_LOOK === 0 && clock.monotonic() > turnEnds) break
      const held = timeline.pop()!
      if (held.dropped) continue
      if (held.row.isNoted && takePlace(held)) place(held, now, true)
      else if (held.row.admitted) place(held, now)
      else contended.push(held)
    }
    gate.flush()
    if (contended.length > 0) void admit(contended)
    arm()
  }

  /** Never early: the timer may come a little before the wall clock's instant, and the clock may have been set. */
  function arm() {
    const next = timeline.firstKey
    if (timer !== null && next >= armedFor) return
    timer?.cancel()
    timer = null
    armedFor = Number.POSITIVE_INFINITY
    if (next === Number.POSITIVE_INFINITY) return
    const delayMs = Math.min(Math.max(Math.ceil(next - clock.now()), 0), options.longestSleepMs)
    armedFor = next
    const fire = () => {
      timer = null
      armedFor = Number.POSITIVE_INFINITY
      startDue()
    }
    const isSharp = clock.sharply !== undefined && delayMs >= LEAST_REST_MS && delayMs < options.longestSleepMs
    timer = isSharp ? clock.sharply!(delayMs, () => clock.now() >= next, fire) : clock.after(delayMs, fire)
  }

  /** Those for whom there is a place start with the same word of the store. */
  async function admit(contended: Held[]) {
    let result: ClaimResult
    const starting = new Set(contended.filter(takePlace).map((held) => held.row.seq))
    try {
      const rows = contended.map((held) => held.row)
      result = await executions.admit(rows, clock.now(), starting)
    } catch (error) {
      for (const held of contended) if (starting.has(held.row.seq)) leavePlace(held)
      // They go back into the timeline: by the next try the clock may have been set back.
      clock.after(pulse.storeFailed(error), () => hold(contended))
      return
    }
    announce(result)
    const admitted = new Map(result.claimed.map((row) => [row.seq, row.admitted]))
    const now = clock.now()
    for (const held of contended) {
      const isIn = admitted.get(held.row.seq)
      const isStarting = starting.has(held.row.seq)
      if (isIn && !held.dropped) {
        place(held, now, isStarting)
        continue
      }
      if (isStarting) leavePlace(held)
      if (isIn === undefined) forget(held)
      else if (!held.dropped) hold([held])
    }
    gate.flush()
    if (result.more) loop.wake()
  }

  function hold(rows: Held[]) {
    if (closed) return
    for (const held of rows) timeline.push(held.row.runAt, held)
    startDue()
  }

  function takePlace(held: Held): boolean {
    const lane = lanes.of(held.work.type)
    if (lane.running >= lane.limit) return false
    lane.running++
    return true
  }

  /** A row may have come into our hands again under a later claim. */
  function forget(held: Held) {
    if (heldBySeq.get(held.row.seq) === held) heldBySeq.delete(held.row.seq)
    lateWaiters.forget(held)
  }

  function begin(held: Held) {
    forget(held)
    gate.showSoon()
    runner.start(held)
  }

  /** `isNoted`: it has a place, and the store has noted that it starts. */
  function place(held: Held, now: number, isNoted = false) {
    if (mayStart(held, now)) {
      if (isNoted) begin(held)
      else if (takePlace(held)) gate.add(held)
      else {
        lanes.of(held.work.type).waiting.push(held.row.rank, held)
        lateWaiters.note(held)
      }
    } else if (isNoted) leavePlace(held)
  }

  function mayStart(held: Held, now: number): boolean {
    const { row } = held
    if (!options.isSure()) return false
    const change = row.taskSeq === null ? undefined : withheld.get(row.taskSeq)
    if (change !== undefined) {
      change.due.push(held)
      return false
    }
    const tooLate = lateReason(held, now)
    if (tooLate !== null) {
      heldBySeq.delete(row.seq)
      lateWaiters.forget(held)
      completer.settle({ ...endOf(row), status: 'skipped', reason: tooLate })
      options.onSkipped([row])
      return false
    }
    return true
  }

  function leavePlace(held: Held) {
    const lane = lanes.of(held.work.type)
    lane.running--
    while (lane.running < lane.limit && !closed) {
      const next = lane.waiting.pop()
      if (next === undefined) break
      if (!next.dropped) place(next, clock.now())
    }
    if (lane.waiting.size === MOST_WAITING - 1) loop.wake()
  }

  /** Why it does not run any more: it has waited beyond its grace time, wherever that was. */
  function lateReason(held: Held, now: number): SkipReason | null {
    const { skipAfter, mergeAfter } = held.row
    if (skipAfter !== null && skipAfter < now) return 'misfire'
    return mergeAfter !== null && mergeAfter < now && lateWaiters.isFollowed(held, now) ? 'merged' : null
  }

  function withhold(taskSeq: number): () => void {
    const change = withheld.get(taskSeq) ?? { changes: 0, due: [] }
    change.changes++
    withheld.set(taskSeq, change)
    return () => {
      if (--change.changes > 0) return
      withheld.delete(taskSeq)
      hold(change.due)
    }
  }

  function giveBack({ seq, claimSeq }: Claimed) {
    completer.settle({ kind: 'give_back', seq, claimSeq })
  }

  function giveBackAll() {
    giveBacks++
    for (const held of heldBySeq.values()) {
      held.dropped = true
      giveBack(held.row)
    }
    heldBySeq.clear()
  }

  function giveUp(held: Held, reason: string) {
    held.dropped = true
    heldBySeq.delete(held.row.seq)
    completer.settle({ ...endOf(held.row), status: 'cancelled', reason })
  }

  function cancel(seq: number, reason: string): boolean {
    const held = heldBySeq.get(seq)
    if (held === undefined) return runner.cancel(seq, reason)
    giveUp(held, reason)
    return true
  }

  const loop = createLoop({
    clock,
    step,
    onError: (error) => pulse.storeFailed(error),
    longestSleepMs: options.longestSleepMs,
  })

  return {
    start: loop.start,
    wake: loop.wake,
    async stop() {
      closed = true
      await loop.stop()
      await claiming.settled()
      gate.stop()
    },
    expect(rows) {
      claiming.added(rows)
      const soon = clock.now() + options.prefetchMs
      if (rows.some((row) => row.runAt < soon)) loop.wake()
    },
    expectFrom(runAt, until) {
      claiming.addedSomewhere(until)
      if (runAt < clock.now() + options.prefetchMs) loop.wake()
    },
    takeNew: claiming.takeNew,
    placeFreed: leavePlace,
    withhold,
    drop(seqs) {
      for (const seq of seqs) {
        const held = heldBySeq.get(seq)
        if (held === undefined) continue
        held.dropped = true
        heldBySeq.delete(seq)
      }
    },
    cancel,
    cancelUnstarted(seq, reason) {
      const held = heldBySeq.get(seq)
      if (held === undefined) return false
      giveUp(held, reason)
      return true
    },
    giveBackAll,
    release() {
      timer?.cancel()
      giveBackAll()
    },
    get isStarting() {
      return gate.isBusy
    },
    get takesWork() {
      return !closed && !isFull && options.isSure()
    },
    get held() {
      return heldBySeq.size
    },
  }
}
