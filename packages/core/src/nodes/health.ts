import { say } from '../language/say.ts'
import type { Usage } from './facts.ts'

/** Shares of what a node has, from which on it counts as degraded; 1 or more: never. */
export interface HealthThresholds {
  cpu: number
  memory: number
  disk: number
  gpu: number
}

/** What is remembered of a node between two looks at it. */
export interface HealthMemory {
  /** What is over its threshold, or has not come down far enough since. */
  over: readonly (keyof Usage)[]
  /** When it went from ready to degraded lately, epoch ms. */
  falls: readonly number[]
  /** Since when nothing has been over its threshold; null while something is. */
  calmSince: number | null
}

export interface Health {
  state: 'ready' | 'degraded'
  /** Empty when it is ready. */
  reason: string
  memory: HealthMemory
}

export const HEALTHY: HealthMemory = { over: [], falls: [], calmSince: Number.NEGATIVE_INFINITY }

const DIMENSIONS = ['cpu', 'memory', 'disk', 'gpu'] as const
/** So far below its threshold something must come to count as well again, or a load at the threshold would flicker. */
const HYSTERESIS = 0.05
/** Who falls so often in so long flaps, and stays degraded until it has been calm for a while. */
const FLAPPING_FALLS = 3
const FLAPPING_MS = 600_000
const CALM_MS = 120_000

/** How a node does by its usage: from its thresholds on it is degraded, and well again a little below them. */
export function judgeHealth(
  usage: Usage,
  { thresholds, memory, at }: { thresholds: HealthThresholds; memory: HealthMemory; at: number },
): Health {
  const over = DIMENSIONS.filter((dimension) => {
    const threshold = thresholds[dimension]
    const share = usage[dimension]
    if (share === null || threshold >= 1) return false
    return memory.over.includes(dimension) ? share >= threshold - HYSTERESIS : share >= threshold
  })
  const isFall = over.length > 0 && memory.over.length === 0
  const falls = memory.falls.filter((fall) => Math.abs(at - fall) < FLAPPING_MS)
  if (isFall) falls.push(at)
  const calmSince = over.length > 0 ? null : (memory.calmSince ?? at)
  const next: HealthMemory = { over, falls: falls.slice(-FLAPPING_FALLS), calmSince }
  const [worst] = over
  if (worst !== undefined) return { state: 'degraded', reason: overOf(worst, usage, thresholds), memory: next }
  const isFlapping = next.falls.length >= FLAPPING_FALLS && at - (calmSince ?? at) < CALM_MS
  if (!isFlapping) return { state: 'ready', reason: '', memory: next }
  const [minutes, calm] = [FLAPPING_MS / 60_000, CALM_MS / 60_000]
  const reason = say`It went over a threshold ${FLAPPING_FALLS} times within ${minutes} minutes; it is ready again after ${calm} calm minutes.`
  return { state: 'degraded', reason, memory: next }
}

function overOf(dimension: (typeof DIMENSIONS)[number], usage: Usage, thresholds: HealthThresholds): string {
  const [share, threshold] = [percent(usage[dimension] ?? 0), percent(thresholds[dimension])]
  switch (dimension) {
    case 'cpu':
      return say`${share} % of its processors are in use; the threshold is ${threshold} %.`
    case 'memory':
      return say`${share} % of its memory is in use; the threshold is ${threshold} %.`
    case 'disk':
      return say`${share} % of its disk is in use; the threshold is ${threshold} %.`
    case 'gpu':
      return say`${share} % of its GPUs are in use; the threshold is ${threshold} %.`
  }
}

const percent = (share: number) => Math.round(share * 100)
