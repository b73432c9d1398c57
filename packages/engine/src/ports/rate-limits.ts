/** A token bucket: full at first, one token comes back every `refillMs`. */
export interface Bucket {
  capacity: number
  refillMs: number
}

/** Limits that all instances share. Without the hot state each instance counts for itself. */
export interface RateLimits {
  /** Takes a token of the bucket `key`; answers 0, or how many ms to wait for one when there is none. Never rejects. */
  take(key: string, bucket: Bucket): Promise<number>
  /** Puts a token back. Never rejects. */
  giveBack(key: string, bucket: Bucket): Promise<void>
  /** Adds to the count of `key` in the current window of `windowMs`; answers the sum over all instances. */
  count(key: string, amount: number, windowMs: number): Promise<{ total: number; leftMs: number }>
}
