import { type Clock, say } from '@rota/core'
import type { Claimed, ClaimResult, ExecutionStore } from '../ports/executions.ts'
import type { NodePlacer, Placer } from '../ports/placer.ts'
import type { Work, Workbook } from '../work.ts'
import type { Ranked } from './claim-floor.ts'
import { type Claiming, createClaiming } from './claiming.ts'
import type { Completer } from './completer.ts'
import type { Hand } from './hand.ts'
import { createLateWaiters } from './late-waiters.ts'
import { createLoop, type Duty } from './loop.ts'
import { createParting } from './parting.ts'
import type { Pulse } from './pulse.ts'
import type { Runner } from './runner.ts'
import type { Signals } from './signals.ts'
import { createStarting, type StartingOptions } from './starting.ts'

export interface DispatcherOptions {
  clock: Clock
  executions: ExecutionStore
  workbook: Workbook
  hand: Hand
  placer: Placer
  nodes: NodePlacer
  spread: StartingOptions['spread']
  runner: Runner
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
  signals: Pick<Signals, 'full' | 'stopElsewhere'>
}

/** Claims executions shortly before they are due, holds them in memory, and starts each at its instant. */
export interface Dispatcher extends Duty {
  /** Tells of rows that were added. */
  expect(rows: readonly Ranked[]): void
  /** Tells that something is to be started from `runAt` on, up to `until` when that is later. */
  expectFrom(runAt: number, until?: number): void
  /** Adds new rows and takes what may start at once. */
  takeNew: Claiming['takeNew']
  /** Tells that a place became free for those that stand in a line. */
  placeFreed(line: string): void
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
  /** Whether something that is due waits for the store's word to start. */
  readonly isStarting: boolean
  /** False while others have to do what comes. */
  readonly takesWork: boolean
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { clock, executions, hand, placer, nodes, spread, runner, completer, pulse, signals, isSure } = options
  const { instanceId, prefetchMs, longestSleepMs } = options
  const lateWaiters = createLateWaiters()
  const parting = createParting({ clock, hand, completer, lateWaiters })
  let closed = false
  let isFull = false

  const starting = createStarting({
    ...{ clock, executions, hand, placer, nodes, spread, runner, pulse, isSure, parting, lateWaiters, longestSleepMs },
    onAdmission: cancelReplaced,
    onRoom: () => loop.wake(),
  })

  const claiming = createClaiming({
    ...{ clock, executions, completer, pulse, take, instanceId, prefetchMs },
    room: () => (starting.isFull ? 0 : options.mostHeld - hand.unstartedCount),
    mayClaim: () => !closed && isSure(),
    places: () => placer.free,
    isIdle: () => starting.isIdle,
    surrenders: () => parting.surrenders,
    inHand: hand.seqs,
    wake: () => loop.wake(),
  })

  async function step(): Promise<number> {
    const isNowFull = await claiming.claimAll()
    if (isNowFull && !isFull) signals.full.tell()
    isFull = isNowFull
    // What becomes due within the prefetch window must be claimed before its instant, not at it.
    return isFull ? options.pollMs : Math.min(options.pollMs, prefetchMs / 2)
  }

  /** Holds what was claimed. `since`: how often everything had been given back when it was asked for. */
  async function take(result: ClaimResult, since: number) {
    cancelReplaced(result)
    if (result.claimed.length === 0) return
    let works: Awaited<ReturnType<Workbook['find']>>
    try {
      works = await options.workbook.find(result.claimed)
    } catch (error) {
      result.claimed.forEach(parting.giveBack)
      throw error
    }
    // The lease has ended meanwhile and was renewed: others may have taken the rows over.
    if (since !== parting.surrenders) {
      result.claimed.forEach(parting.giveBack)
      return
    }
    const now = clock.now()
    for (const [i, row] of result.claimed.entries()) takeOne(row, works[i]!, now)
    starting.startDue()
  }

  function takeOne(row: Claimed, work: Work | Error, now: number) {
    if (work instanceof Error) {
      // A row that cannot be read is ended with that reason; the others go on.
      parting.fail(row, say`Its definition cannot be read: ${work.message}`)
      return
    }
    const held = hand.take(row, work)
    starting.add(held)
    if (row.mergeAfter !== null && row.mergeAfter < now) lateWaiters.note(held)
  }

  function cancelReplaced({ replaced }: ClaimResult) {
    for (const seq of replaced) {
      if (!cancel(seq, say`a newer execution of the task replaces it`)) signals.stopElsewhere.tell()
    }
  }

  function cancel(seq: number, reason: string): boolean {
    return parting.cancelUnstarted(seq, reason) || runner.cancel(seq, reason)
  }

  const loop = createLoop({ clock, step, onError: pulse.storeFailed, longestSleepMs })

  return {
    ...{ start: loop.start, wake: loop.wake, takeNew: claiming.takeNew },
    ...{ placeFreed: starting.placeFreed, withhold: starting.withhold },
    ...{ drop: parting.drop, cancel, cancelUnstarted: parting.cancelUnstarted, giveBackAll: parting.giveBackAll },
    async stop() {
      closed = true
      starting.close()
      await loop.stop()
      await claiming.settled()
      starting.stopGate()
    },
    expect(rows) {
      claiming.added(rows)
      const soon = clock.now() + prefetchMs
      if (rows.some((row) => row.runAt < soon)) loop.wake()
    },
    expectFrom(runAt, until) {
      claiming.addedSomewhere(until)
      if (runAt < clock.now() + prefetchMs) loop.wake()
    },
    release() {
      starting.stopTimeline()
      parting.giveBackAll()
    },
    get isStarting() {
      return starting.isStarting
    },
    get takesWork() {
      return !closed && !isFull && isSure()
    },
  }
}
