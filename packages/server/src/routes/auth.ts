import { RotaError } from '@rota/core'
import { identity, loginInput, logoutInput, passwordInput, refreshInput, session } from '@rota/protocol'
import type { Principal } from '../principal.ts'
import { type AnyRoute, defineRoute } from '../route.ts'

const common = { tag: 'Sign-in' }

const login = defineRoute({
  ...common,
  method: 'POST',
  url: '/api/auth/login',
  permission: 'public',
  summary: 'Sign in',
  body: loginInput,
  reply: session,
  errors: [401],
  handler: ({ services, body, request }) => services.sessions.login(body.username, body.password, request.ip),
})

const refresh = defineRoute({
  ...common,
  method: 'POST',
  url: '/api/auth/refresh',
  permission: 'public',
  summary: 'Get a new access token',
  description: 'The refresh token is replaced; using an old one again ends the session.',
  body: refreshInput,
  reply: session,
  errors: [401],
  handler: ({ services, body }) => services.sessions.refresh(body.refresh_token),
})

const logout = defineRoute({
  ...common,
  method: 'POST',
  url: '/api/auth/logout',
  permission: 'authenticated',
  summary: 'End the session',
  body: logoutInput,
  isBodyOptional: true,
  status: 204,
  reply: null,
  errors: [403],
  handler: async ({ services, principal, body }) => {
    const sessionId = ownSession(principal)
    if (body.everywhere) await services.sessions.endAll(principal.userId)
    else await services.sessions.end(sessionId)
  },
})

const me = defineRoute({
  ...common,
  method: 'GET',
  url: '/api/auth/me',
  permission: 'authenticated',
  summary: 'Who am I, and what may I do',
  reply: identity,
  handler: async ({ services, principal }) => {
    const { kind, id, expiresAt } = principal.credential
    return {
      user: await services.users.get(principal.userId),
      permissions: principal.permissions,
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
  permission: 'authenticated',
  summary: 'Change the own password',
  description: 'Ends all sessions of the user and opens a new one.',
  body: passwordInput,
  reply: session,
  errors: [403],
  handler: async ({ services, principal, body, request }) => {
    ownSession(principal)
    await services.sessions.checkedByThrottle(principal.username, request.ip, () =>
      services.users.changePassword(principal.userId, body.current_password, body.new_password),
    )
    await services.onPasswordChanged(principal.username)
    return services.sessions.reopen(principal.userId)
  },
})

/** Throws `forbidden` for an API token, which has no session. */
function ownSession(principal: Principal): string {
  if (principal.credential.kind === 'session') return principal.credential.id
  throw new RotaError('forbidden', 'An API token cannot do this; sign in with the password.')
}

export const authRoutes: AnyRoute[] = [login, refresh, logout, me, password]
