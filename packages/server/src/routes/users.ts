import { tenantOf } from '@rota/core'
import { user, userChanges, userInput, userList, userQuery } from '@rota/protocol'
import { type AnyRoute, defineRoute } from '../route.ts'
import { refuseGreaterRole, requireReach } from '../user-reach.ts'

const BASE = '/api/scheduler/users'
const common = { tag: 'Users', idOf: 'user', needs: { may: 'manage', on: 'user' } } as const

const list = defineRoute({
  method: 'GET',
  url: BASE,
  needs: { may: 'manage', on: 'user' },
  tag: 'Users',
  summary: 'List users',
  query: userQuery,
  reply: userList,
  handler: async ({ services, caller, query: { page = 1, limit = 50 } }) => {
    const { total, users } = await services.users.list(caller.scope, page, limit)
    return { total, page, limit, next_cursor: null, users }
  },
})

const create = defineRoute({
  method: 'POST',
  url: BASE,
  needs: { may: 'manage', on: 'user' },
  tag: 'Users',
  summary: 'Create a user',
  description: 'In the tenant of whoever asks, or that the header `Rota-Tenant` names.',
  body: userInput,
  status: 201,
  reply: user,
  isIdempotent: true,
  location: (made: { id: string }) => `${BASE}/${made.id}`,
  handler: ({ services, caller, body }) => {
    refuseGreaterRole(caller, body.role ?? 'viewer')
    return services.users.create({ ...body, tenantId: tenantOf(caller.scope) })
  },
})

const read = defineRoute({
  ...common,
  method: 'GET',
  url: `${BASE}/:id`,
  summary: 'Read a user',
  reply: user,
  handler: ({ services, caller, params }) => services.users.seen(caller.scope, params.id!),
})

const change = (method: 'PUT' | 'PATCH') =>
  defineRoute({
    ...common,
    method,
    url: `${BASE}/:id`,
    summary: 'Change a user',
    description: 'A new password or role, or disabling, ends all sessions of the user.',
    body: userChanges,
    reply: user,
    errors: [409],
    handler: async ({ services, caller, params, body }) => {
      await requireReach(services, caller, params.id!)
      refuseGreaterRole(caller, body.role)
      return services.users.update(params.id!, body)
    },
  })

const remove = defineRoute({
  ...common,
  method: 'DELETE',
  url: `${BASE}/:id`,
  summary: 'Delete a user and the user’s tokens',
  status: 204,
  reply: null,
  errors: [409],
  handler: async ({ services, caller, params }) => {
    await requireReach(services, caller, params.id!)
    await services.users.remove(params.id!)
  },
})

export const userRoutes: AnyRoute[] = [list, create, read, change('PUT'), change('PATCH'), remove]
