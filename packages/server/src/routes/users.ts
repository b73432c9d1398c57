import { invalid, say, tenantOf } from '@rota/core'
import { invitationReply, newUser, user, userChanges, userInput, userList, userQuery } from '@rota/protocol'
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
  description: [
    'In the tenant of whoever asks, or that the header `Rota-Tenant` names. With a password, or with `invite`: then the reply',
    'has the token of a link by which it is chosen.',
  ].join(' '),
  body: userInput,
  status: 201,
  reply: newUser,
  isIdempotent: true,
  location: (made: { id: string }) => `${BASE}/${made.id}`,
  handler: async ({ services, caller, body, idempotencyKey }) => {
    const { invite = false, ...input } = body
    if (!invite && input.password === undefined) {
      throw invalid([{ path: 'password', message: say`is missing; or invite: true makes a link to choose it by.` }])
    }
    if (invite && input.password !== undefined) {
      throw invalid([{ path: 'invite', message: say`cannot go together with password.` }])
    }
    // The reply of a keyed request is kept to be given again, and this one is good for an account.
    if (invite && idempotencyKey !== undefined) {
      throw invalid([{ path: 'invite', message: say`cannot go together with Idempotency-Key.` }])
    }
    refuseGreaterRole(caller, body.role ?? 'viewer')
    const made = await services.users.create({ ...input, tenantId: tenantOf(caller.scope) }, caller)
    return { ...made, invitation: invite ? await services.invitations.create(made.id, caller) : null }
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
      return services.users.update(params.id!, body, caller)
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
    await services.users.remove(params.id!, caller)
  },
})

const invite = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/:id/invite`,
  summary: 'Make a link by which a user chooses the password',
  description: 'Works once, and for `auth.invitation_hours`; an earlier link ends. The token is in this reply alone.',
  status: 201,
  reply: invitationReply,
  errors: [409],
  handler: async ({ services, caller, params }) => {
    await requireReach(services, caller, params.id!)
    return services.invitations.create(params.id!, caller)
  },
})

const removeSecondFactor = defineRoute({
  ...common,
  method: 'DELETE',
  url: `${BASE}/:id/second-factor`,
  summary: 'Remove the second factor of a user who has lost it',
  status: 204,
  reply: null,
  handler: async ({ services, caller, params }) => {
    await requireReach(services, caller, params.id!)
    await services.secondFactors.disable(await services.users.account(params.id!), caller)
  },
})

export const userRoutes: AnyRoute[] = [
  list,
  create,
  read,
  change('PUT'),
  change('PATCH'),
  remove,
  invite,
  removeSecondFactor,
]
