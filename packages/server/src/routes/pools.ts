import { nodeList, poolChanges, poolInput, poolList, poolMembersQuery, pool as poolReply } from '@rota/protocol'
import { type AnyRoute, defineRoute } from '../route.ts'

const BASE = '/api/scheduler/pools'
const ONE = `${BASE}/:pool`
const common = { tag: 'Nodes' } as const
const manage = { may: 'manage', on: 'pool' } as const
const view = { may: 'view', on: 'pool' } as const

const list = defineRoute({
  ...common,
  method: 'GET',
  url: BASE,
  needs: view,
  summary: 'List pools, with their sizes and the version that each server goes by',
  reply: poolList,
  handler: async ({ services: { engine }, caller }) => ({
    pools: await engine.nodes.pools.list(caller),
    ...(await engine.nodes.pools.status()),
  }),
})

const read = defineRoute({
  ...common,
  method: 'GET',
  url: ONE,
  needs: view,
  summary: 'Read a pool',
  reply: poolReply,
  errors: [404],
  handler: ({ services, caller, params }) => services.engine.nodes.pools.get(caller, params.pool!),
})

const members = defineRoute({
  ...common,
  method: 'GET',
  url: `${ONE}/members`,
  needs: view,
  summary: 'List the nodes in a pool',
  query: poolMembersQuery,
  reply: nodeList,
  errors: [404],
  handler: async ({ services, caller, params, query: { page = 1, limit = 50 } }) => {
    const range = { offset: (page - 1) * limit, most: limit }
    const { total, nodes } = await services.engine.nodes.pools.members(caller, params.pool!, range)
    return { total, page, limit, nodes }
  },
})

const create = defineRoute({
  ...common,
  method: 'POST',
  url: BASE,
  needs: manage,
  summary: 'Make a pool by hand, of named nodes or by a label selector',
  description: 'An automatic pool of that name is left alone: change that one, and it is yours.',
  body: poolInput,
  status: 201,
  reply: poolReply,
  errors: [409],
  location: (made: { name: string }) => `${BASE}/${made.name}`,
  handler: ({ services, caller, body }) => services.engine.nodes.pools.create(caller, body),
})

const change = defineRoute({
  ...common,
  method: 'PUT',
  url: ONE,
  needs: manage,
  summary: 'Change a pool; what is left out stays',
  description: 'An automatic pool becomes one by hand, or by its selector.',
  body: poolChanges,
  reply: poolReply,
  errors: [404],
  handler: ({ services, caller, params, body }) => services.engine.nodes.pools.change(caller, params.pool!, body),
})

const remove = defineRoute({
  ...common,
  method: 'DELETE',
  url: ONE,
  needs: manage,
  summary: 'Delete a pool',
  description: 'Its nodes stay. An automatic pool comes again while nodes need it.',
  status: 204,
  reply: null,
  errors: [404],
  handler: ({ services, caller, params }) => services.engine.nodes.pools.remove(caller, params.pool!),
})

export const poolRoutes: AnyRoute[] = [list, read, members, create, change, remove]
