import type { Clock } from '@rota/core'
import type { Bucket, RateLimits } from '../../ports/rate-limits.ts'
import { createLocalLimits } from '../buckets.ts'
import type { RedisLink } from './link.ts'

/** Limits that all instances share; while Redis is away each counts for itself. */
export function createRedisLimits(link: RedisLink, clock: Clock): RateLimits {
  const local = createLocalLimits(clock)
  const keyOf = (key: string) => link.key(`limit:{${key}}`)

  async function shared<T>(ask: () => Promise<T>, otherwise: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch {
      return otherwise()
    }
  }
  const move = (key: string, { capacity, refillMs }: Bucket, tokens: number) =>
    link.run<number>('take-token', [keyOf(key)], [capacity, refillMs, tokens])

  return {
    take: (key, bucket) =>
      shared(
        () => move(key, bucket, 1),
        () => local.take(key, bucket),
      ),
    giveBack: (key, bucket) =>
      shared(
        async () => void (await move(key, bucket, -1)),
        () => local.giveBack(key, bucket),
      ),
    count: (key, amount, windowMs) =>
      shared(
        async () => {
          const [total, leftMs] = await link.run<[number, number]>('add-to-count', [keyOf(key)], [amount, windowMs])
          return { total, leftMs }
        },
        () => local.count(key, amount, windowMs),
      ),
  }
}
