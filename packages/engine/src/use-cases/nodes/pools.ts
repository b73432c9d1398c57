import { type Caller, changesOf, drafted, invalid, notFound, parseSelector, RotaError, say, tenantOf } from '@rota/core'
import type { PoolInput, Pools } from '../../api/nodes.ts'
import type { PoolRow } from '../../ports/nodes.ts'
import type { KnownNode } from '../../ports/registry.ts'
import { poolView } from '../../views/pool-view.ts'
import { isSeen, type NodesContext } from './context.ts'
import { viewsOf } from './views-of.ts'

/** Sets of nodes, as people see and make them. */
export function createPools(context: NodesContext): Pools {
  const { pools: store, registry, nodeIndex, clock } = context

  /** Of what the caller sees. */
  function membersOf(caller: Caller, name: string): KnownNode[] {
    const members = [...registry.nodes.values()].filter(
      (node) => node.inPools.includes(name) && isSeen(caller, node.tenantId),
    )
    return members.sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  async function rowOf(caller: Caller, name: string): Promise<PoolRow> {
    const row = await store.get(name)
    if (row === null || !isSeen(caller, row.tenantId)) throw notFound('pool', name.slice(0, 128))
    return row
  }

  return {
    async list(caller) {
      const rows = (await store.list()).filter(({ tenantId }) => isSeen(caller, tenantId))
      return rows.map((row) => poolView(row, membersOf(caller, row.name)))
    },

    get: async (caller, name) => poolView(await rowOf(caller, name), membersOf(caller, name)),

    async members(caller, name, { offset, most }) {
      await rowOf(caller, name)
      const members = membersOf(caller, name)
      return { total: members.length, nodes: await viewsOf(context, members.slice(offset, offset + most)) }
    },

    async create(caller, input) {
      const now = clock.now()
      const row: PoolRow = {
        ...checked(input),
        name: input.name,
        tenantId: tenantOf(caller.scope),
        createdAt: now,
        updatedAt: now,
        emptySince: null,
      }
      const entry = drafted(caller, { ...about(row, 'created'), after: told(row) }, now)
      if (!(await store.add(row, [entry]))) {
        throw new RotaError('conflict', say`There is already a pool ${row.name}; choose another name.`, [
          { path: 'name', message: say`is taken.` },
        ])
      }
      await context.poolsChanged()
      return poolView(row, membersOf(caller, row.name))
    },

    async change(caller, name, input) {
      const before = await rowOf(caller, name)
      const now = clock.now()
      const { description, selector, members, requiresGpu } = before
      const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
      const wanted = { name, description, selector, members, requires_gpu: requiresGpu, ...given }
      const row: PoolRow = { ...before, ...checked(wanted), updatedAt: now }
      const entry = drafted(caller, { ...about(row, 'updated'), ...changesOf(told(before), told(row)) }, now)
      if (!(await store.change(row, [entry]))) throw notFound('pool', name)
      await context.poolsChanged()
      return poolView(row, membersOf(caller, name))
    },

    async remove(caller, name) {
      const row = await rowOf(caller, name)
      const entry = drafted(caller, { ...about(row, 'deleted'), before: told(row) }, clock.now())
      if (!(await store.remove(name, [entry]))) throw notFound('pool', name)
      await context.poolsChanged()
    },

    names: () => [...context.poolNames()],

    async status() {
      const applied = await nodeIndex.applied().catch(() => [])
      return {
        ...context.applied(),
        applied: applied.map(({ instance, version, at }) => ({ instance, version, at: new Date(at).toISOString() })),
      }
    },
  }
}

/** What is made by people is by hand or by a selector, never both. */
function checked({ description = '', selector = null, members = [], requires_gpu = false }: PoolInput) {
  if (selector !== null && members.length > 0) {
    throw invalid([{ path: 'members', message: say`A pool has a selector or members, not both.` }])
  }
  if (selector !== null) parseSelector(selector)
  const origin = selector === null ? ('manual' as const) : ('selector' as const)
  return { origin, description, selector, members: [...new Set(members)], requiresGpu: requires_gpu }
}

const about = ({ name, tenantId }: PoolRow, action: string) =>
  ({ kind: 'pool', id: name, name, tenantId, action }) as const

function told({ origin, description, selector, members, requiresGpu }: PoolRow) {
  return { origin, description, selector, members: [...members], requires_gpu: requiresGpu }
}
