import type { Clock } from '@rota/core'
import type { LeaderTerms } from '../../ports/leader-terms.ts'

export function createMemoryLeaderTerms(clock: Clock): LeaderTerms {
  const roles = new Map<string, { holder: string | null; until: number; term: number }>()
  return {
    async claim({ role, instanceId, ttlMs, floor }) {
      const now = clock.monotonic()
      const known = roles.get(role) ?? { holder: null, until: 0, term: 0 }
      const isHeld = known.holder !== null && known.until > now
      if (isHeld && known.holder !== instanceId) return { leads: false, term: known.term }
      const term = isHeld && known.term >= floor ? known.term : Math.max(known.term, floor) + 1
      roles.set(role, { holder: instanceId, until: now + ttlMs, term })
      return { leads: true, term }
    },
    async resign(role, instanceId) {
      const known = roles.get(role)
      if (known?.holder !== instanceId || known.until <= clock.monotonic()) return false
      known.holder = null
      return true
    },
  }
}
