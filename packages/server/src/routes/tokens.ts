import { newToken, token, tokenInput, tokenList, tokenQuery } from '@rota/protocol'
import { type Principal, requirePermission } from '../principal.ts'
import { type AnyRoute, defineRoute } from '../route.ts'

const BASE = '/api/scheduler/tokens'
const common = { tag: 'Tokens', permission: 'authenticated' } as const

const list = defineRoute({
  ...common,
  method: 'GET',
  url: BASE,
  summary: 'List API tokens',
  query: tokenQuery,
  reply: tokenList,
  errors: [403],
  handler: async ({ services, principal, query: { page = 1, limit = 50, all = false } }) => {
    if (all) requirePermission(principal, 'manage')
    const { total, tokens } = await services.apiTokens.list(all ? null : principal.userId, page, limit)
    return { total, page, limit, next_cursor: null, tokens }
  },
})

const create = defineRoute({
  ...common,
  method: 'POST',
  url: BASE,
  summary: 'Create an API token',
  description: 'The token itself is in this reply and nowhere else.',
  body: tokenInput,
  status: 201,
  reply: newToken,
  errors: [409],
  location: (made: { id: string }) => `${BASE}/${made.id}`,
  handler: async ({ services, principal, body }) => {
    const { token: made, secret } = await services.apiTokens.create(principal, body)
    return { ...made, token: secret }
  },
})

const read = defineRoute({
  ...common,
  method: 'GET',
  url: `${BASE}/:token`,
  summary: 'Read an API token',
  reply: token,
  errors: [404],
  handler: ({ services, principal, params }) => services.apiTokens.get(params.token!, ownerScope(principal)),
})

const revoke = defineRoute({
  ...common,
  method: 'DELETE',
  url: `${BASE}/:token`,
  summary: 'Revoke an API token',
  status: 204,
  reply: null,
  errors: [404],
  handler: ({ services, principal, params }) => services.apiTokens.revoke(params.token!, ownerScope(principal)),
})

/** Those who may manage reach everybody's tokens, all others their own. */
function ownerScope(principal: Principal): string | null {
  return principal.permissions.includes('manage') ? null : principal.userId
}

export const tokenRoutes: AnyRoute[] = [list, create, read, revoke]
