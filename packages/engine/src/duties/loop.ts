import type { Clock, Timer } from '@rota/core'

/** What every duty offers: it can be started once, woken any number of times, and stopped. */
export interface Duty {
  start(): void
  /** Makes it look for work now, or once more when it is looking already. */
  wake(): void
  /** Resolves when the step under way has ended; no step begins afterwards. */
  stop(): Promise<void>
}

/** By default no duty sleeps longer without looking at the wall clock, which may have been set. */
export const LONGEST_SLEEP_MS = 5000

export interface LoopOptions {
  clock: Clock
  /** Does what is to do and answers how many milliseconds may pass until the next look. */
  step: () => Promise<number>
  /**
   * Told of a failed step and when it began, by the monotonic clock; answers how many milliseconds to wait before trying
   * again. `rouse` ends that wait.
   */
  onError: (error: unknown, call: { beganAt: number; rouse: () => void }) => number
  /** Default {@link LONGEST_SLEEP_MS}. */
  longestSleepMs?: number
}

/** Repeats a step: at its own pace, earlier when woken, never twice at a time. */
export function createLoop({ clock, step, onError, longestSleepMs = LONGEST_SLEEP_MS }: LoopOptions): Duty {
  let state: 'idle' | 'running' | 'stopped' = 'idle'
  let started = false
  let woken = false
  let resting = false
  let timer: Timer | null = null
  const stopped: (() => void)[] = []

  async function turn() {
    state = 'running'
    woken = false
    resting = false
    let pauseMs: number
    const beganAt = clock.monotonic()
    try {
      pauseMs = await step()
    } catch (error) {
      pauseMs = onError(error, { beganAt, rouse })
      woken = false
      resting = true
    }
    if (stopped.length > 0) {
      state = 'stopped'
      for (const resolve of stopped) resolve()
      return
    }
    state = 'idle'
    if (woken) queueTurn(0)
    else queueTurn(Math.min(Math.max(pauseMs, 0), longestSleepMs))
  }

  function queueTurn(delayMs: number) {
    timer?.cancel()
    timer = clock.after(delayMs, () => {
      timer = null
      void turn()
    })
  }

  function rouse() {
    if (state === 'idle' && resting) queueTurn(0)
  }

  return {
    start() {
      if (started) return
      started = true
      if (state === 'idle') queueTurn(0)
    },
    wake() {
      woken = true
      // After an error the pause is kept: whoever wakes it then is likely to meet the same error.
      if (started && state === 'idle' && !resting) queueTurn(0)
    },
    stop() {
      timer?.cancel()
      timer = null
      if (state !== 'running') {
        state = 'stopped'
        return Promise.resolve()
      }
      return new Promise((resolve) => stopped.push(resolve))
    },
  }
}
