import type { HotParts } from '../../ports/hot.ts'
import type { RedisHotOptions } from './open.ts'

/** Opens the hot state in Redis, see `open.ts`; the driver is loaded by the first call. Throws HotStateError. */
export async function openRedisHot(options: RedisHotOptions): Promise<HotParts> {
  return (await import('./open.ts')).openRedisHot(options)
}
