import { type Clock, systemClock } from '@rota/core'
import type { HotParts } from '../../ports/hot.ts'
import { createChangeRelay } from '../change-relay.ts'
import { createHints } from '../hints.ts'
import { createNodeRelay } from '../node-relay.ts'
import { createTailRelay } from '../tail-relay.ts'
import { readAddress } from './address.ts'
import { createRedisLeaderTerms } from './leader-terms.ts'
import { RedisLink } from './link.ts'
import { createRedisNodeIndex } from './node-index.ts'
import { createRedisPresence } from './presence.ts'
import { createRedisPublications } from './publications.ts'
import { createRedisLimits } from './rate-limits.ts'
import { createRedisReservations } from './reservations.ts'

export interface RedisHotOptions {
  /** `redis://user:password@host:port/database`; `rediss:` for TLS. */
  url: string
  /** Begins every key and channel, so that several installations can share a server. Default `sched:`. */
  prefix?: string
  clock?: Clock
}

/**
 * Opens the hot state in Redis or Valkey (6.2 or later). A server that is away is waited for two seconds; then it opens
 * without and connects when the server is back. Throws HotStateError for what no waiting mends.
 */
export async function openRedisHot(options: RedisHotOptions): Promise<HotParts> {
  const { url, prefix = 'sched:', clock = systemClock } = options
  const address = readAddress(url)
  const link = new RedisLink({ address, prefix, clock })
  await link.open()
  const tailRelay = createTailRelay(link, clock)
  const changeRelay = createChangeRelay(link, clock)
  const reservations = createRedisReservations(link, clock)
  return {
    hints: createHints(link),
    tailRelay,
    changeRelay,
    nodeRelay: createNodeRelay(link),
    presence: createRedisPresence(link),
    rateLimits: createRedisLimits(link, clock),
    leaderTerms: createRedisLeaderTerms(link),
    publications: createRedisPublications(link),
    nodeIndex: createRedisNodeIndex(link),
    reservations,
    status: () => ({
      kind: 'redis',
      location: address.shown,
      trouble: link.trouble,
      reconnects: link.reconnects,
      failures: link.failures,
      dropped: link.dropped,
    }),
    onTrouble: (listener) => link.onTrouble(listener),
    async close() {
      tailRelay.close()
      changeRelay.close()
      reservations.close()
      await link.close()
    },
  }
}
