import type { Clock } from '@rota/core'
import { ThrottledError } from '../throttled-error.ts'

export interface ThrottleOptions {
  /** Attempts until the bucket is empty. */
  attempts: number
  /** Time until one more attempt is allowed. */
  refillMs: number
  clock: Clock
  /** Buckets remembered; the longest untouched one goes first. */
  mostBuckets?: number
}

/**
 * Token buckets by key. An attempt takes its token before the work, so that parallel guesses count too; success gives
 * it back.
 */
export class Throttle {
  readonly #options: Required<ThrottleOptions>
  readonly #buckets = new Map<string, { level: number; at: number }>()

  constructor(options: ThrottleOptions) {
    this.#options = { mostBuckets: 20_000, ...options }
  }

  /** Throws ThrottledError when the bucket of `key` is empty. */
  take(key: string): void {
    const bucket = this.#touch(key)
    if (bucket.level < 1) {
      const seconds = Math.ceil(((1 - bucket.level) * this.#options.refillMs) / 1_000)
      throw new ThrottledError(`Too many failed sign-ins; try again in ${seconds} s.`, Math.max(seconds, 1))
    }
    bucket.level -= 1
  }

  giveBack(key: string): void {
    const bucket = this.#touch(key)
    bucket.level = Math.min(bucket.level + 1, this.#options.attempts)
  }

  #touch(key: string) {
    const { attempts, refillMs, clock, mostBuckets } = this.#options
    const now = clock.monotonic()
    const known = this.#buckets.get(key)
    const bucket = known ?? { level: attempts, at: now }
    bucket.level = Math.min(attempts, bucket.level + (now - bucket.at) / refillMs)
    bucket.at = now
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    if (this.#buckets.size > mostBuckets) this.#buckets.delete(this.#buckets.keys().next().value!)
    return bucket
  }
}
