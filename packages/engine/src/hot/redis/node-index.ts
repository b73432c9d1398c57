import type { Applied, NodeIndex } from '../../ports/node-index.ts'
import type { RedisLink } from './link.ts'

/** How long it is remembered who goes by which version, in ms. */
const APPLIED_MS = 3_600_000

export function createRedisNodeIndex(link: RedisLink): NodeIndex {
  const ofNode = (node: string) => link.key(`node:{${node}}:capabilities`)
  const ofPool = (pool: string) => link.key(`pool:{${pool}}:members`)
  const ofPools = link.key('config:{pools}:applied')
  return {
    async setCapabilities(node, services, ttlMs) {
      await link.run('put-hash', [ofNode(node)], [ttlMs, ...Object.entries(services).flat()])
    },
    async capabilities(node) {
      const flat = await link.run<string[]>('read-hash', [ofNode(node)], [])
      return flat.length === 0 ? null : Object.fromEntries(pairs(flat))
    },
    async setMembers(pool, members) {
      const args = members.flatMap(({ node, capacity }) => [capacity, node])
      await link.run('put-members', [ofPool(pool)], args)
    },
    async members(pool, { offset, most }) {
      const [size, ...nodes] = await link.run<[number, ...string[]]>('read-members', [ofPool(pool)], [offset, most])
      return { size, nodes }
    },
    async noteApplied({ instance, version, at }) {
      await link.run('note-applied', [ofPools], [instance, JSON.stringify({ version, at }), APPLIED_MS])
    },
    async applied() {
      const flat = await link.run<string[]>('read-hash', [ofPools], [])
      return pairs(flat).map(([instance, text]) => ({ instance, ...(JSON.parse(text) as Omit<Applied, 'instance'>) }))
    },
  }
}

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at]!, flat[2 * at + 1]!])
}
