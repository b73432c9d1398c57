import { monitorEventLoopDelay } from 'node:perf_hooks'

const REMEMBERED = 4096
const NS_PER_MS = 1e6
/** Where the loop is sampled by a timer: often enough to see what holds it up, which wakes an idle process. */
const SAMPLED_EVERY_MS = 10

/** Newer Node measures each turn of the loop, which wakes nobody; earlier ones ignore an option that they do not know. */
const MEASURES_TURNS = ((): boolean => {
  try {
    monitorEventLoopDelay({ samplePerIteration: 'asked' as never })
    return false
  } catch {
    return true
  }
})()

/** The lateness of the last few thousand starts, and beside it the delay of the event loop that may explain it. */
export function createGauge() {
  const recent = new Float64Array(REMEMBERED)
  let count = 0
  let loop: ReturnType<typeof monitorEventLoopDelay> | null = null

  return {
    add(latenessMs: number) {
      recent[count++ % REMEMBERED] = latenessMs
    },
    start() {
      loop = monitorEventLoopDelay({ resolution: SAMPLED_EVERY_MS, samplePerIteration: MEASURES_TURNS })
      loop.enable()
      // The first turn it sees has begun before it.
      setImmediate(() => loop?.reset())
    },
    stop() {
      loop?.disable()
      loop = null
    },
    summary() {
      if (count === 0) return null
      const sorted = recent.slice(0, Math.min(count, REMEMBERED)).sort()
      const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
      return { p50: at(0.5), p99: at(0.99), max: sorted[sorted.length - 1]! }
    },
    /** How long turns of the loop took, or beyond what was expected, since the gauge was started, in ms. */
    loopDelay() {
      if (loop === null || loop.count === 0) return null
      const ms = (ns: number) => Math.max(0, ns / NS_PER_MS - (MEASURES_TURNS ? 0 : SAMPLED_EVERY_MS))
      return { p50: ms(loop.percentile(50)), p99: ms(loop.percentile(99)), max: ms(loop.max) }
    },
  }
}
