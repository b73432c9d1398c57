import { RotaError } from '@rota/core'
import type { Permission, Role } from '@rota/protocol'
import type { UserRow } from '../access-store.ts'
import type { Principal } from '../principal.ts'
import { ROLE_PERMISSIONS } from '../roles.ts'
import type { AccessTokens } from './access-token.ts'
import { ApiTokens } from './api-tokens.ts'
import type { Sessions } from './sessions.ts'
import type { Users } from './users.ts'

/** The cookie that a browser session will use; until then it only counts as a second credential. */
const SESSION_COOKIES = ['__Host-rota_session', 'rota_session']
/** Query parameters that people mistake for a place to put a token. They end up in logs, so they are refused. */
const TOKEN_PARAMETERS = ['access_token', 'token', 'api_key']

/** The parts of a request that can carry a credential. */
export interface Presented {
  rawHeaders: readonly string[]
  authorization: string | undefined
  cookie: string | undefined
  query: Record<string, unknown>
}

export interface AuthenticatorParts {
  accessTokens: AccessTokens
  apiTokens: ApiTokens
  sessions: Sessions
  users: Users
}

/** Finds out who makes a request. */
export class Authenticator {
  readonly #parts: AuthenticatorParts

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts
  }

  /** Throws `unauthenticated` without a valid credential and `malformed` when there is more than one. */
  async authenticate(request: Presented): Promise<Principal> {
    const credential = onlyCredential(request)
    return ApiTokens.looksLike(credential) ? this.#byToken(credential) : this.#bySession(credential)
  }

  async #byToken(text: string): Promise<Principal> {
    const row = await this.#parts.apiTokens.read(text)
    const user = activeUser(await this.#parts.users.byId(row.user_id))
    const allowed = ROLE_PERMISSIONS[user.role as Role]
    const scopes = JSON.parse(row.scopes) as Permission[]
    return {
      ...describe(user),
      name: `token:${row.name}`,
      permissions: scopes.filter((scope) => allowed.includes(scope)),
      credential: { kind: 'token', id: row.id, expiresAt: row.expires_at },
    }
  }

  async #bySession(text: string): Promise<Principal> {
    const claims = await this.#parts.accessTokens.read(text)
    const user = activeUser(await this.#parts.users.byId(claims.userId))
    const isCurrent = claims.epoch === user.session_epoch && (await this.#parts.sessions.isAlive(claims.sessionId))
    if (!isCurrent) throw new RotaError('unauthenticated', 'The session has ended; sign in again.')
    return {
      ...describe(user),
      name: user.username,
      permissions: ROLE_PERMISSIONS[user.role as Role],
      credential: { kind: 'session', id: claims.sessionId, expiresAt: claims.expiresAt },
    }
  }
}

function describe(user: UserRow) {
  return {
    userId: user.id,
    username: user.username,
    tenantId: user.tenant_id,
    role: user.role as Role,
    mustChangePassword: user.must_change_password === 1,
  }
}

function activeUser(user: UserRow | undefined): UserRow {
  if (user === undefined || user.disabled === 1 || !Object.hasOwn(ROLE_PERMISSIONS, user.role)) {
    throw new RotaError('unauthenticated', 'The account is disabled or gone.')
  }
  return user
}

/** The bearer credential, when it is the only one of any kind. */
function onlyCredential(request: Presented): string {
  const names = request.rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase())
  const headers = names.filter((name) => name === 'authorization').length
  const others = [
    names.includes('x-api-key') && 'X-API-Key header',
    hasSessionCookie(request.cookie) && 'session cookie',
    ...TOKEN_PARAMETERS.filter((name) => Object.hasOwn(request.query, name)).map((name) => `${name} parameter`),
  ].filter((found) => found !== false)
  if (headers + others.length > 1) {
    throw new RotaError('malformed', 'More than one credential was given; send only one Authorization header.')
  }
  if (others.length > 0) {
    throw new RotaError(
      'unauthenticated',
      `A credential is taken from the Authorization header, not from the ${others[0]}.`,
    )
  }
  const [, token] = /^Bearer +([^\s,]+) *$/i.exec(request.authorization ?? '') ?? []
  if (token === undefined) {
    throw new RotaError(
      'unauthenticated',
      'Sign in, and send the access token or an API token as "Authorization: Bearer …".',
    )
  }
  return token
}

function hasSessionCookie(cookie: string | undefined): boolean {
  const names = (cookie ?? '').split(';').map((part) => part.split('=')[0]!.trim())
  return names.some((name) => SESSION_COOKIES.includes(name))
}
