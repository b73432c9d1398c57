import { drafted, type Json, permissionsIn, RotaError, rightsSomewhere, say, tenantOf } from '@rota/core'
import {
  identity,
  loginInput,
  logoutInput,
  openedSession,
  passwordInput,
  profileInput,
  refreshInput,
  session,
  sessionList,
  user,
} from '@rota/protocol'
import type { UserRow } from '../access-store.ts'
import { refuseForeign } from '../auth/same-origin.ts'
import { toUser } from '../auth/users.ts'
import { presented } from '../http/access-hook.ts'
import { sendCookie } from '../http/cookies.ts'
import type { Principal } from '../principal.ts'
import { type AnyRoute, type Call, defineRoute } from '../route.ts'
import { sessionCookies } from '../session-cookie.ts'

type AnyCall = Call<unknown, unknown>

const common = { tag: 'Sign-in' }
const NO_COOKIE = { value: null, maxAgeSeconds: 0 }

const login = defineRoute({
  ...common,
  method: 'POST',
  url: '/api/auth/login',
  needs: 'public',
  summary: 'Sign in',
  description: [
    'With `cookie`, and the header `X-Rota-CSRF: 1`, a browser gets an HttpOnly cookie instead of tokens. Where the account',
    'has a second factor, a request without its code is answered 401 `urn:rota:problem:second_factor_required`.',
  ].join(' '),
  body: loginInput,
  bodySize: 'credential',
  reply: openedSession,
  errors: [401, 403],
  handler: async (call) => {
    const { services, body, request } = call
    const { cookie, ...given } = body
    if (cookie !== true) return services.sessions.login(given, request.ip, request.id)
    // Else another site could sign a person in as somebody else.
    refuseForeign(presented(request).origin)
    const account = await services.sessions.check(given, request.ip, request.id)
    await endPresent(call)
    return openBrowserSession(call, account)
  },
})

const refresh = defineRoute({
  ...common,
  method: 'POST',
  url: '/api/auth/refresh',
  needs: 'public',
  summary: 'Get a new access token',
  description: 'The refresh token is replaced; using an old one again ends the session.',
  body: refreshInput,
  bodySize: 'credential',
  reply: session,
  errors: [401],
  handler: ({ services, body, request }) =>
    services.sessions.refresh(body.refresh_token).catch((error) => services.guesses.count(error, request.ip)),
})

const logout = defineRoute({
  ...common,
  method: 'POST',
  url: '/api/auth/logout',
  needs: 'authenticated',
  summary: 'End the session',
  body: logoutInput,
  bodySize: 'credential',
  isBodyOptional: true,
  status: 204,
  reply: null,
  errors: [403],
  handler: async (call) => {
    const { services, principal, body, request, reply } = call
    const sessionId = ownSession(principal)
    if (body.everywhere) await services.sessions.endAll(principal.userId, call.caller)
    else if (principal.credential.cookie === undefined) await services.sessions.end(sessionId)
    else await services.browserSessions.end(sessionId)
    if (!body.everywhere) await tellEnded(call, sessionId)
    if (principal.credential.cookie !== undefined) sendCookie(request, reply, NO_COOKIE)
  },
})

const me = defineRoute({
  ...common,
  method: 'GET',
  url: '/api/auth/me',
  needs: 'authenticated',
  summary: 'Who am I, and what may I do',
  reply: identity,
  handler: async ({ services, principal }) => {
    const { kind, id, expiresAt } = principal.credential
    const tenantId = tenantOf(principal.scope)
    const tenant = tenantId === null ? undefined : await services.tenants.byId(tenantId)
    return {
      user: await services.users.get(principal.userId),
      second_factor_due: principal.mustEnrol,
      permissions: permissionsIn(rightsSomewhere(principal)),
      rights: principal.rights,
      grants: principal.grants.flatMap(({ role, rights, reach }) => {
        if (reach.kind === 'global') return []
        const scope = { kind: reach.kind, id: reach.kind === 'group' ? reach.group : reach.taskId }
        return [{ role, scope, rights }]
      }),
      tenant: tenant === undefined ? null : { id: tenant.id, name: tenant.name },
      may_choose_tenant: principal.tenantId === null,
      credential: {
        kind,
        token_id: kind === 'token' ? id : null,
        expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
      },
    }
  },
})

const password = defineRoute({
  ...common,
  method: 'POST',
  url: '/api/auth/password',
  needs: 'authenticated',
  summary: 'Change the own password',
  description: 'Ends all sessions of the user and opens a new one, of the kind of the one that asks.',
  body: passwordInput,
  reply: openedSession,
  errors: [403],
  handler: async (call) => {
    const { services, principal, body, request } = call
    ownSession(principal)
    await services.sessions.checkedByThrottle(principal.signInName, request.ip, () =>
      services.users.changePassword(
        principal.userId,
        { current: body.current_password, next: body.new_password },
        call.caller,
      ),
    )
    await services.onPasswordChanged(principal.username)
    const account = await services.users.account(principal.userId)
    if (principal.credential.cookie !== undefined) return openBrowserSession(call, account)
    return services.sessions.reopen(account, request.ip)
  },
})

const sessions = defineRoute({
  ...common,
  method: 'GET',
  url: '/api/auth/sessions',
  needs: 'authenticated',
  summary: 'List the own sessions',
  reply: sessionList,
  errors: [403],
  handler: async ({ services, principal }) => {
    const own = ownSession(principal)
    const rows = await services.browserSessions.list(principal.userId)
    return {
      sessions: rows.map((row) => ({
        id: row.id,
        kind: row.in_cookie === 1 ? 'browser' : 'tokens',
        current: row.id === own,
        created_at: toIso(row.created_at),
        last_used_at: toIso(row.refreshed_at),
        expires_at: toIso(row.expires_at),
        address: row.address,
        user_agent: row.user_agent,
      })),
    }
  },
})

const endSession = defineRoute({
  ...common,
  method: 'DELETE',
  url: '/api/auth/sessions/:id',
  needs: 'authenticated',
  idOf: 'session',
  summary: 'End one of the own sessions',
  status: 204,
  reply: null,
  errors: [403],
  handler: async (call) => {
    const { services, principal, params } = call
    ownSession(principal)
    const { id, in_cookie } = await services.browserSessions.ofUser(principal.userId, params.id!)
    await (in_cookie === 1 ? services.browserSessions : services.sessions).end(id)
    await tellEnded(call, id)
  },
})

const endOthers = defineRoute({
  ...common,
  method: 'DELETE',
  url: '/api/auth/sessions',
  needs: 'authenticated',
  summary: 'End all of the own sessions but this one',
  status: 204,
  reply: null,
  errors: [403],
  handler: async (call) => {
    const { services, principal } = call
    const ended = await services.browserSessions.endOthers(principal.userId, ownSession(principal))
    services.sessions.forget(ended)
    await tellEnded(call, null, { sessions: ended.length })
  },
})

const profile = defineRoute({
  ...common,
  method: 'PATCH',
  url: '/api/auth/profile',
  needs: 'authenticated',
  summary: 'Change the own display name or language',
  body: profileInput,
  reply: user,
  errors: [403],
  handler: ({ services, principal, caller, body }) => {
    ownSession(principal)
    return services.users.changeProfile(principal.userId, body, caller)
  },
})

/** Has the audit tell of sessions that their owner has ended; `id` null for several. */
async function tellEnded({ services, caller, principal }: AnyCall, id: string | null, detail?: Json): Promise<void> {
  const about = { kind: 'session', id, name: principal.username, action: 'ended', detail } as const
  await services.engine.audit.record(drafted(caller, about, services.clock.now()))
}

/** Opens a session whose credential goes into the reply's cookie, and nowhere else. */
export async function openBrowserSession(
  { services, request, reply }: AnyCall,
  account: UserRow,
  providerSession: string | null = null,
) {
  const { browserSessions } = services
  const device = { address: request.ip, userAgent: request.headers['user-agent'], providerSession }
  const { cookie, expiresAt } = await browserSessions.open(account, device)
  sendCookie(request, reply, { value: cookie, maxAgeSeconds: browserSessions.lifeSeconds })
  return { token_type: 'Cookie', expires_at: toIso(expiresAt), user: toUser(account) }
}

/** Ends the session whose cookie comes with a sign-in: nobody could use it afterwards. */
export async function endPresent({ services, request }: AnyCall): Promise<void> {
  const { cookie, isSecure } = presented(request)
  const [present] = sessionCookies(cookie, isSecure)
  if (present === undefined) return
  const session = await services.browserSessions.read(present).catch(() => null)
  if (session !== null) await services.browserSessions.end(session.id)
}

function toIso(instant: number): string {
  return new Date(instant).toISOString()
}

/** Throws `forbidden` for an API token, which has no session. */
export function ownSession(principal: Principal): string {
  if (principal.credential.kind === 'session') return principal.credential.id
  throw new RotaError('forbidden', say`An API token cannot do this; sign in with the password.`)
}

export const authRoutes: AnyRoute[] = [login, refresh, logout, me, password, sessions, endSession, endOthers, profile]
