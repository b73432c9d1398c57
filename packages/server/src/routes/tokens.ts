import { invalid, may, say } from '@rota/core'
import { newToken, token, tokenInput, tokenList, tokenQuery, tokenRotation } from '@rota/protocol'
import type { TokenOwners } from '../auth/api-tokens.ts'
import { type Principal, requireNeed } from '../principal.ts'
import { type AnyRoute, type Call, defineRoute } from '../route.ts'
import { seenBy } from '../tenancy.ts'

const BASE = '/api/scheduler/tokens'
const common = { tag: 'Tokens', needs: 'authenticated' } as const

const list = defineRoute({
  ...common,
  method: 'GET',
  url: BASE,
  summary: 'List API tokens',
  query: tokenQuery,
  reply: tokenList,
  errors: [403],
  handler: async ({ services, principal, query: { page = 1, limit = 50, all = false } }) => {
    if (all) requireNeed(principal, { may: 'manage', on: 'token' })
    const { total, tokens } = await services.apiTokens.list(all ? everybodys(principal) : own(principal), page, limit)
    return { total, page, limit, next_cursor: null, tokens }
  },
})

const create = defineRoute({
  ...common,
  method: 'POST',
  url: BASE,
  summary: 'Create an API token',
  description: [
    'The token itself is in this reply and nowhere else. Needs `password` when the session is older than',
    '`auth.password_again_seconds`. A token made by a token ends with it, unless `password` shows that its owner asks.',
    'All end when the password changes or the user signs out everywhere.',
  ].join(' '),
  body: tokenInput,
  status: 201,
  reply: newToken,
  errors: [409],
  location: (made: { id: string }) => `${BASE}/${made.id}`,
  handler: async (call) => {
    const { password, ...input } = call.body
    await confirmMaker(call, password)
    const origin = password === undefined ? undefined : null
    const { token: made, secret } = await call.services.apiTokens.create(call.principal, input, origin, call.caller)
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

const rotate = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/:token/rotate`,
  summary: 'Make another API token in the place of one of your own',
  description: [
    'Name, scopes, end and addresses stay; the old one is taken for `overlap_seconds` yet. A token may ask for its successor',
    'itself, without the password.',
  ].join(' '),
  body: tokenRotation,
  isBodyOptional: true,
  status: 201,
  reply: newToken,
  errors: [404, 409],
  location: (made: { id: string }) => `${BASE}/${made.id}`,
  handler: async (call) => {
    const { password, overlap_seconds: overlapSeconds } = call.body
    const { principal, params, services } = call
    await confirmMaker(call, password)
    const { token: made, secret } = await services.apiTokens.rotate(principal, params.token!, {
      by: call.caller,
      isConfirmed: password !== undefined,
      ...(overlapSeconds !== undefined && { overlapSeconds }),
    })
    return { ...made, token: secret }
  },
})

const revoke = defineRoute({
  ...common,
  method: 'DELETE',
  url: `${BASE}/:token`,
  summary: 'Revoke an API token',
  status: 204,
  reply: null,
  errors: [404],
  handler: ({ services, principal, caller, params }) =>
    services.apiTokens.revoke(params.token!, ownerScope(principal), caller),
})

/** Throws `invalid` for a wrong password, and for none where a session may have been left open for long. */
async function confirmMaker(call: Call<unknown, unknown>, password: string | undefined): Promise<void> {
  const { services, principal, request } = call
  const { sessions, users, config, clock } = services
  if (password !== undefined) {
    await sessions.checkedByThrottle(principal.signInName, request.ip, () =>
      users.confirmPassword(principal.userId, password),
    )
    return
  }
  if (principal.credential.kind === 'token') return
  const seconds = config.auth.password_again_seconds
  if (clock.now() - (await sessions.startedAt(principal.credential.id)) < seconds * 1_000) return
  const message = say`is needed again: the session is older than ${seconds} s.`
  throw invalid([{ path: 'password', message }])
}

const own = ({ userId }: Principal): TokenOwners => ({ userId })
const everybodys = ({ scope }: Principal): TokenOwners => ({ scope: seenBy(scope) })

/** Those who may manage reach everybody's tokens, all others their own. */
function ownerScope(principal: Principal): TokenOwners {
  return may(principal, 'manage', 'token') ? everybodys(principal) : own(principal)
}

export const tokenRoutes: AnyRoute[] = [list, create, read, rotate, revoke]
