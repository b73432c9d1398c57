import type { LeaderTerms } from '../../ports/leader-terms.ts'
import type { RedisLink } from './link.ts'

export function createRedisLeaderTerms(link: RedisLink): LeaderTerms {
  const leaderOf = (role: string) => link.key(`leader:{${role}}`)
  return {
    async claim({ role, instanceId, ttlMs, floor }) {
      const keys = [leaderOf(role), `${leaderOf(role)}:term`]
      const [leads, term] = await link.run<[number, number]>('claim-term', keys, [instanceId, ttlMs, floor])
      return { leads: leads === 1, term }
    },
    async resign(role, instanceId) {
      return (await link.run('resign-term', [leaderOf(role)], [instanceId])) === 1
    },
  }
}
