import type { Bucket, RateLimits } from '@rota/engine'
import { ThrottledError } from '../throttled-error.ts'
import { sha256 } from './secret-text.ts'

export interface ThrottleOptions extends Bucket {
  limits: RateLimits
  /** Tells its buckets from those of other throttles. */
  name: string
  /** What a caller is told who has to wait so many seconds. */
  message: (seconds: number) => string
}

/**
 * Token buckets by key, shared by all servers. An attempt takes its token before the work, so that parallel guesses
 * count too; success gives it back.
 */
export class Throttle {
  readonly #options: ThrottleOptions

  constructor(options: ThrottleOptions) {
    this.#options = options
  }

  /** Throws ThrottledError when the bucket of `key` is empty. */
  async take(key: string): Promise<void> {
    const waitMs = await this.#options.limits.take(this.#keyOf(key), this.#options)
    if (waitMs === 0) return
    const seconds = Math.max(Math.ceil(waitMs / 1_000), 1)
    throw new ThrottledError(this.#options.message(seconds), seconds)
  }

  async giveBack(key: string): Promise<void> {
    await this.#options.limits.giveBack(this.#keyOf(key), this.#options)
  }

  /** Names and addresses of people do not leave this process as they are. */
  #keyOf(key: string): string {
    return `${this.#options.name}:${sha256(key).slice(0, 32)}`
  }
}
