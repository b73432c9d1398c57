import { systemClock } from '@rota/core'
import { type FleetAdapter, fleetRules } from '@rota/testkit/contracts'
import type { HotParts } from '../../ports/hot.ts'
import { openRedisHot } from './open.ts'
import { aMoment, dropKeys, newPrefix, withRedis } from './testing/server.ts'

withRedis('Redis: nodes that several instances watch', (url) => {
  const redis: FleetAdapter = {
    name: 'Redis',
    async open() {
      const prefix = newPrefix()
      const joined: HotParts[] = []
      return {
        clock: systemClock,
        async join() {
          const parts = await openRedisHot({ url, prefix, clock: systemClock })
          joined.push(parts)
          return parts
        },
        forget: () => dropKeys(url, prefix),
        passTime: aMoment,
        async close() {
          for (const parts of joined) await parts.close()
          await dropKeys(url, prefix)
        },
      }
    },
  }
  fleetRules(redis)
})
