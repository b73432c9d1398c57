/**
 * The only source of time in Rota. Production uses {@link systemClock}; tests and the simulation move a manual clock
 * by hand, also backwards. No other module may read `Date.now`, `performance.now` or arm a timer.
 */
export interface Clock {
  /** Wall-clock instant, epoch milliseconds UTC. May jump in either direction. */
  now(): number
  /** Milliseconds from an arbitrary origin; never goes back. For measuring and for lease trust windows. */
  monotonic(): number
  /** Calls `fn` once after `delayMs` of monotonic time. Any finite delay is allowed; long ones are chained. */
  after(delayMs: number, fn: () => void): Timer
  /**
   * As {@link after}, but no timer's slack late: `fn` is called as soon as `isTime` says so, which is asked all the while
   * in the last moments before `delayMs` have passed, and for a moment beyond. Costs up to two milliseconds of processor.
   * Left out where timers have no slack.
   */
  sharply?(delayMs: number, isTime: () => boolean, fn: () => void): Timer
}

/** A pending call of {@link Clock.after}. */
export interface Timer {
  /** Drops the call. Harmless when it has already happened. */
  cancel(): void
}

/** Node fires a timer at once when its delay exceeds 2^31-1 ms, so longer waits are chained in steps of this size. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Node's timers may come so much late: they go by a time that is read once a turn, in whole milliseconds. */
const SLACK_MS = 2
/** A wall clock that was set back meanwhile is not waited for. */
const LONGEST_SPIN_MS = 2 * SLACK_MS

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, fn) {
    let handle: ReturnType<typeof setTimeout>
    const arm = (remainingMs: number) => {
      const stepMs = Math.min(Math.max(remainingMs, 0), LONGEST_TIMER_MS)
      handle = setTimeout(() => (remainingMs > stepMs ? arm(remainingMs - stepMs) : fn()), stepMs)
    }
    arm(delayMs)
    return { cancel: () => clearTimeout(handle) }
  },
  sharply(delayMs, isTime, fn) {
    let turn: ReturnType<typeof setImmediate>
    let spinEndsAt = 0
    const spin = () => {
      if (isTime() || performance.now() > spinEndsAt) fn()
      else turn = setImmediate(spin)
    }
    const timer = this.after(delayMs - SLACK_MS, () => {
      spinEndsAt = performance.now() + LONGEST_SPIN_MS
      spin()
    })
    return {
      cancel() {
        timer.cancel()
        clearImmediate(turn)
      },
    }
  },
}
