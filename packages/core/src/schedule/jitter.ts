import { hash32, mix32 } from './hash.ts'

/**
 * How much later than its due instant one occurrence starts: a whole number of milliseconds in `[0, maxMs)`, spread
 * evenly over keys and occurrences, and always the same for the same key and due instant, on every instance and after
 * every restart. Keeping it below the distance to the following occurrence is the caller's matter.
 */
export function jitterMs(key: string, dueAt: number, maxMs: number): number {
  if (!(maxMs >= 1)) return 0
  const low = dueAt | 0
  const high = Math.floor(dueAt / 0x1_0000_0000)
  const hash = mix32(mix32(hash32(key) ^ low) ^ high)
  return Math.floor((hash / 0x1_0000_0000) * Math.floor(maxMs))
}
