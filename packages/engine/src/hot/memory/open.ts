import type { Clock } from '@rota/core'
import type { HotParts } from '../../ports/hot.ts'
import { createLocalLimits } from '../buckets.ts'
import { createChangeRelay } from '../change-relay.ts'
import { createHints } from '../hints.ts'
import { createNodeRelay } from '../node-relay.ts'
import { createTailRelay } from '../tail-relay.ts'
import { MemorySwitch } from './bus.ts'
import { createMemoryLeaderTerms } from './leader-terms.ts'
import { createMemoryNodeIndex } from './node-index.ts'
import { createMemoryPresence } from './presence.ts'
import { createMemoryPublications } from './publications.ts'
import { createMemoryReservations } from './reservations.ts'

/** The hot state of instances in one process; `join` gives each instance its part. */
export function createMemoryHub(clock: Clock): { join(): HotParts } {
  const exchange = new MemorySwitch()
  const presence = createMemoryPresence(clock)
  const rateLimits = createLocalLimits(clock)
  const leaderTerms = createMemoryLeaderTerms(clock)
  const publications = createMemoryPublications()
  const nodeIndex = createMemoryNodeIndex(clock)
  const reservations = createMemoryReservations(clock)
  return {
    join() {
      const bus = exchange.join()
      const tailRelay = createTailRelay(bus, clock)
      const changeRelay = createChangeRelay(bus, clock)
      return {
        hints: createHints(bus),
        tailRelay,
        changeRelay,
        nodeRelay: createNodeRelay(bus),
        presence,
        rateLimits,
        leaderTerms,
        publications,
        nodeIndex,
        reservations,
        status: () => ({
          kind: 'memory',
          location: 'memory',
          trouble: null,
          reconnects: 0,
          failures: 0,
          dropped: 0,
        }),
        onTrouble() {},
        async close() {
          tailRelay.close()
          changeRelay.close()
        },
      }
    },
  }
}
