import type { Candidate } from './model.ts'

/** A node that has just come begins with this share of what it would get (Envoy's slow start does the same). */
const LEAST_WARMTH = 0.1
const DEGRADED = 0.5
/** How much one service or language beyond the fewest on offer counts against a node. */
const SCARCITY = 0.1

/** Its warmth, never so little that it would not warm up at all. */
export function warmthOf({ warmth }: Candidate): number {
  return Math.min(Math.max(warmth, LEAST_WARMTH), 1)
}

/** A node that does badly takes half. */
export function healthOf({ state }: Candidate): number {
  return state === 'degraded' ? DEGRADED : 1
}

/** Share of its slots that are taken, 0 to 1. */
export function loadOf({ running, reserved, capacity }: Candidate): number {
  return (running + reserved) / capacity
}

/** How gladly each of those that fit is taken, whatever the strategy: what a score is multiplied by, 0 to 1. */
export interface Favours {
  readonly of: Float64Array
  /** What a score is made of, by name; the parts add up to it. */
  parts(position: number, name: string, score: number): Record<string, number>
}

/**
 * Slow start, health, and scarcity: of those that fit, the ones that could do little else come first, so that what few
 * nodes can do finds them free (Selenium's rule).
 */
export function favoursOf(fitting: readonly Candidate[]): Favours {
  const offers = new Float64Array(fitting.length)
  let fewest = Number.POSITIVE_INFINITY
  for (let i = 0; i < fitting.length; i++) {
    const count = offerOf(fitting[i]!)
    offers[i] = count
    if (count < fewest) fewest = count
  }
  const scarcityOf = (position: number) => 1 / (1 + SCARCITY * (offers[position]! - fewest))
  const of = new Float64Array(fitting.length)
  for (let i = 0; i < fitting.length; i++) of[i] = warmthOf(fitting[i]!) * healthOf(fitting[i]!) * scarcityOf(i)
  return {
    of,
    parts(position, name, score) {
      const candidate = fitting[position]!
      const factors = {
        slow_start: warmthOf(candidate),
        health: healthOf(candidate),
        scarcity: scarcityOf(position),
      }
      const parts: Record<string, number> = { [name]: score }
      let left = score
      for (const [factor, value] of Object.entries(factors)) {
        if (value === 1) continue
        parts[factor] = left * (value - 1)
        left *= value
      }
      return parts
    },
  }
}

/** Services, and languages of each. */
function offerOf({ capabilities }: Candidate): number {
  let count = 0
  for (const service in capabilities) count += 1 + capabilities[service]!.languages.length
  return count
}
