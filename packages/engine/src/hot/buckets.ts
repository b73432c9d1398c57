import type { Clock } from '@rota/core'
import type { Bucket, RateLimits } from '../ports/rate-limits.ts'

/** Buckets and windows remembered; the longest untouched go first. */
const MOST_REMEMBERED = 20_000

/** Limits that this process keeps for itself. */
export function createLocalLimits(clock: Clock): RateLimits {
  const buckets = new Map<string, { level: number; at: number }>()
  const windows = new Map<string, { total: number; endsAt: number }>()

  function bucketOf(key: string, { capacity, refillMs }: Bucket) {
    const now = clock.monotonic()
    const bucket = buckets.get(key) ?? { level: capacity, at: now }
    bucket.level = Math.min(capacity, bucket.level + (now - bucket.at) / refillMs)
    bucket.at = now
    remember(buckets, key, bucket)
    return bucket
  }

  return {
    async take(key, bucket) {
      const current = bucketOf(key, bucket)
      if (current.level < 1) return Math.ceil((1 - current.level) * bucket.refillMs)
      current.level -= 1
      return 0
    },
    async giveBack(key, bucket) {
      const current = bucketOf(key, bucket)
      current.level = Math.min(current.level + 1, bucket.capacity)
    },
    async count(key, amount, windowMs) {
      const now = clock.monotonic()
      const known = windows.get(key)
      const window = known !== undefined && known.endsAt > now ? known : { total: 0, endsAt: now + windowMs }
      window.total += amount
      remember(windows, key, window)
      return { total: window.total, leftMs: Math.ceil(window.endsAt - now) }
    },
  }
}

function remember<T>(known: Map<string, T>, key: string, value: T) {
  known.delete(key)
  known.set(key, value)
  if (known.size > MOST_REMEMBERED) known.delete(known.keys().next().value!)
}
