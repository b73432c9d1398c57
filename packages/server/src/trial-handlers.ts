import { type Clock, type Json, say } from '@rota/core'
import type { HandlerContext, HandlerFunction } from '@rota/executors'

/** The longest that `sleep` takes: an hour. */
const LONGEST_SLEEP_SECONDS = 3_600

/** Handlers of a server that has none of its own, so that one can try what a job does. */
export function trialHandlers(clock: Clock): Record<string, HandlerFunction> {
  return {
    echo: (args, kwargs) => ({ args, kwargs }),
    sleep: (args, kwargs, context) => sleep(clock, kwargs.seconds ?? args[0] ?? 1, context),
  }
}

/** Resolves after some seconds; rejects as soon as it is cancelled, or at once for what is no such number. */
function sleep(clock: Clock, seconds: Json, { signal }: HandlerContext): Promise<Json> {
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= LONGEST_SLEEP_SECONDS)) {
    throw new RangeError(say`sleep takes 0 to ${LONGEST_SLEEP_SECONDS} seconds, as its first argument or as "seconds".`)
  }
  return new Promise((resolve, reject) => {
    const timer = clock.after(seconds * 1_000, () => {
      signal.removeEventListener('abort', stop)
      resolve({ slept_seconds: seconds })
    })
    function stop() {
      timer.cancel()
      reject(signal.reason)
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
