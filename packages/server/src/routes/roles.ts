import { roleChanges, roleInput, roleView, roleViews } from '@rota/protocol'
import { changeRole, createRole, listRoles, readRole, removeRole } from '../roles.ts'
import { type AnyRoute, defineRoute } from '../route.ts'

const BASE = '/api/scheduler/roles'
const common = { tag: 'Access', needs: { may: 'manage', on: 'user' }, errors: [404, 409] } as const

const list = defineRoute({
  method: 'GET',
  url: BASE,
  needs: { may: 'view', on: 'user', anywhere: true },
  tag: 'Access',
  summary: 'List roles and what they allow',
  reply: roleViews,
  handler: ({ services, caller }) => listRoles(services, caller.scope),
})

const create = defineRoute({
  ...common,
  method: 'POST',
  url: BASE,
  summary: 'Make a role',
  body: roleInput,
  status: 201,
  reply: roleView,
  errors: [409],
  isIdempotent: true,
  location: (made: { name: string }) => `${BASE}/${made.name}`,
  handler: ({ services, caller, body }) => createRole(services, caller, body),
})

const read = defineRoute({
  ...common,
  method: 'GET',
  url: `${BASE}/:role`,
  summary: 'Read a role',
  reply: roleView,
  errors: [404],
  handler: ({ services, caller, params }) => readRole(services, caller.scope, params.role!),
})

const change = defineRoute({
  ...common,
  method: 'PATCH',
  url: `${BASE}/:role`,
  summary: 'Change a role; holds at once for all who have it',
  body: roleChanges,
  reply: roleView,
  handler: ({ services, caller, params, body }) => changeRole(services, caller, { name: params.role!, changes: body }),
})

const remove = defineRoute({
  ...common,
  method: 'DELETE',
  url: `${BASE}/:role`,
  summary: 'Delete a role that nobody has',
  status: 204,
  reply: null,
  handler: ({ services, caller, params }) => removeRole(services, caller, params.role!),
})

export const roleRoutes: AnyRoute[] = [list, create, read, change, remove]
