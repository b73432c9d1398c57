import type { Clock, Timer } from '@rota/core'

/** How a {@link ManualClock} is made. */
export interface ManualClockOptions {
  /** The wall-clock instant to begin at, epoch milliseconds. Default: 2026-01-01T00:00:00Z. */
  startAt?: number
  /**
   * Waits until what a timer set going has come to rest. The default lets every promise settle that needs no I/O; give
   * your own (say, the engine's "idle" signal) where worker threads, sockets or processes take part.
   */
  settle?: () => Promise<void>
}

/** So many timers at one instant mean that something re-arms itself without letting time pass. */
const MOST_TIMERS_AT_ONE_INSTANT = 100_000

interface PendingTimer extends Timer {
  readonly dueAt: number
  readonly fn: () => void
}

/**
 * A clock that only a test moves. Time stands still until {@link advance}; {@link jump} is the operator, NTP or a
 * resumed virtual machine setting the wall clock. The two never mix: `monotonic()` and the timers ignore jumps.
 */
export class ManualClock implements Clock {
  #wallAt: number
  /** Not zero, so that a test notices a mix-up of monotonic readings with durations. */
  #monotonicAt = 1_000
  /** By due instant; among equals, in the order armed. */
  readonly #timers: PendingTimer[] = []
  readonly #settle: () => Promise<void>
  #advancing = false

  constructor({ startAt = Date.UTC(2026, 0, 1), settle = settlePromises }: ManualClockOptions = {}) {
    this.#wallAt = startAt
    this.#settle = settle
  }

  now(): number {
    return this.#wallAt
  }

  monotonic(): number {
    return this.#monotonicAt
  }

  /** Throws RangeError when `delayMs` is not finite: the real clock could not wait for it either. */
  after(delayMs: number, fn: () => void): Timer {
    if (!Number.isFinite(delayMs)) throw new RangeError(`A timer needs a finite delay, not ${delayMs}.`)
    const timer: PendingTimer = {
      dueAt: this.#monotonicAt + Math.max(delayMs, 0),
      fn,
      cancel: () => this.#remove(timer),
    }
    this.#timers.splice(this.#firstAfter(timer.dueAt), 0, timer)
    return timer
  }

  /** How many calls are armed; zero after a clean stop. */
  get pendingTimers(): number {
    return this.#timers.length
  }

  /** The wall-clock instant of the earliest armed call, provided nobody jumps before it. */
  get nextTimerAt(): number | undefined {
    const first = this.#timers[0]
    return first && this.#wallAt + (first.dueAt - this.#monotonicAt)
  }

  /**
   * Lets `ms` pass: runs every call that falls due, each at its own instant and in order, and waits between them until
   * promises have settled. Calls armed on the way run too if they fall within `ms`; `advance(0)` runs what is due now.
   *
   * Rejects with what a call throws (time then stands at that call), with RangeError when `ms` is negative or not
   * finite, and with Error when another `advance` is still under way or calls re-arm themselves for ever.
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0 && Number.isFinite(ms))) throw new RangeError(`Time passes by a finite amount ≥ 0, not ${ms}.`)
    if (this.#advancing) throw new Error('The clock is being advanced already; await the earlier call first.')
    this.#advancing = true
    try {
      await this.#settle()
      await this.#runUntil(this.#monotonicAt + ms)
    } finally {
      this.#advancing = false
    }
  }

  /** Advances to the earliest armed call and runs all of that instant. False, at once, when none is armed. */
  async advanceToNextTimer(): Promise<boolean> {
    const [first] = this.#timers
    if (first === undefined) return false
    await this.advance(first.dueAt - this.#monotonicAt)
    return true
  }

  /** Sets the wall clock forward, or back when `ms` is negative, at once. Runs nothing; timers keep their monotonic due. */
  jump(ms: number): void {
    if (!Number.isFinite(ms)) throw new RangeError(`The clock jumps by a finite amount, not ${ms}.`)
    this.#wallAt += ms
  }

  async #runUntil(endAt: number): Promise<void> {
    let runAtThisInstant = 0
    for (let timer = this.#timers[0]; timer !== undefined && timer.dueAt <= endAt; timer = this.#timers[0]) {
      runAtThisInstant = timer.dueAt > this.#monotonicAt ? 1 : runAtThisInstant + 1
      if (runAtThisInstant > MOST_TIMERS_AT_ONE_INSTANT) {
        throw new Error(`More than ${MOST_TIMERS_AT_ONE_INSTANT} timers ran while no time passed.`)
      }
      this.#moveTo(timer.dueAt)
      this.#timers.shift()
      timer.fn()
      await this.#settle()
    }
    this.#moveTo(endAt)
  }

  #moveTo(monotonicAt: number): void {
    this.#wallAt += monotonicAt - this.#monotonicAt
    this.#monotonicAt = monotonicAt
  }

  #remove(timer: PendingTimer): void {
    const at = this.#timers.indexOf(timer)
    if (at >= 0) this.#timers.splice(at, 1)
  }

  /** Index of the first timer due later than `dueAt`. */
  #firstAfter(dueAt: number): number {
    let low = 0
    let high = this.#timers.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#timers[middle]!.dueAt <= dueAt) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** One turn of the event loop: every promise that waits for nothing outside this thread has settled by then. */
function settlePromises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
