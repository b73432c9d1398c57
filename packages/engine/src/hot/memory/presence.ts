import type { Clock } from '@rota/core'
import type { InstanceCard, Presence } from '../../ports/presence.ts'

export function createMemoryPresence(clock: Clock): Presence {
  const present = new Map<string, { card: InstanceCard; until: number }>()
  return {
    async announce(card, ttlMs) {
      const now = clock.monotonic()
      present.set(card.id, { card, until: now + ttlMs })
      for (const [id, { until }] of present) if (until <= now) present.delete(id)
      return [...present.values()].map((entry) => entry.card).sort(byAge)
    },
    async leave(instanceId) {
      present.delete(instanceId)
    },
  }
}

const byAge = (a: InstanceCard, b: InstanceCard) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1)
