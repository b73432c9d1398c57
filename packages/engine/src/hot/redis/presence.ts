import type { InstanceCard, Presence } from '../../ports/presence.ts'
import type { RedisLink } from './link.ts'

export function createRedisPresence(link: RedisLink): Presence {
  const keys = [link.key('instance:{all}:alive'), link.key('instance:{all}:cards')]
  return {
    async announce(card, ttlMs) {
      const cards = await link.run<string[]>('announce-instance', keys, [card.id, JSON.stringify(card), ttlMs])
      return cards.map((text) => JSON.parse(text) as InstanceCard).sort(byAge)
    },
    async leave(instanceId) {
      await link.run('leave-instance', keys, [instanceId])
    },
  }
}

const byAge = (a: InstanceCard, b: InstanceCard) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1)
