import type { Clock } from '@rota/core'
import type { Applied, NodeIndex } from '../../ports/node-index.ts'

export function createMemoryNodeIndex(clock: Clock): NodeIndex {
  const capabilities = new Map<string, { services: Readonly<Record<string, string>>; until: number }>()
  const pools = new Map<string, string[]>()
  const applied = new Map<string, Applied>()
  return {
    async setCapabilities(node, services, ttlMs) {
      capabilities.set(node, { services: { ...services }, until: clock.monotonic() + ttlMs })
    },
    async capabilities(node) {
      const known = capabilities.get(node)
      return known === undefined || known.until <= clock.monotonic() ? null : { ...known.services }
    },
    async setMembers(pool, members) {
      if (members.length === 0) pools.delete(pool)
      const byRoom = [...members].sort((a, b) => b.capacity - a.capacity || (a.node < b.node ? 1 : -1))
      if (members.length > 0) {
        pools.set(
          pool,
          byRoom.map(({ node }) => node),
        )
      }
    },
    async members(pool, { offset, most }) {
      const nodes = pools.get(pool) ?? []
      return { size: nodes.length, nodes: nodes.slice(offset, offset + most) }
    },
    async noteApplied(note) {
      applied.set(note.instance, note)
    },
    applied: async () => [...applied.values()],
  }
}
