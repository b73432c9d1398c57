import { invalid, isRole, narrowed, type Role, RotaError, say, scopeWithin, withinTenant } from '@rota/core'
import type { UserRow } from '../access-store.ts'
import type { Principal } from '../principal.ts'
import { sessionCookies } from '../session-cookie.ts'
import { signInName } from '../tenancy.ts'
import type { AccessTokens } from './access-token.ts'
import { ApiTokens } from './api-tokens.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import type { Held, Holdings } from './holdings.ts'
import type { KnownCallers } from './known-callers.ts'
import { type RequestOrigin, refuseForeign } from './same-origin.ts'
import type { Sessions } from './sessions.ts'
import type { Tenants } from './tenants.ts'
import type { Users } from './users.ts'

/** Longer ids of tenants there are not. */
const LONGEST_TENANT = 41
/** Query parameters that people mistake for a place to put a token. They end up in logs, so they are refused. */
const TOKEN_PARAMETERS = ['access_token', 'token', 'api_key']

/** The parts of a request that can carry a credential. */
export interface Presented {
  rawHeaders: readonly string[]
  authorization: string | undefined
  cookie: string | undefined
  query: Record<string, unknown>
  /** The tenant that is chosen; undefined where none is. */
  tenant?: string | undefined
  /** Came over https, as far as the server or a trusted proxy can tell. */
  isSecure: boolean
  origin: RequestOrigin
}

export interface AuthenticatorParts {
  accessTokens: AccessTokens
  apiTokens: ApiTokens
  sessions: Sessions
  browserSessions: BrowserSessions
  users: Users
  tenants: Tenants
  holdings: Holdings
  callers: KnownCallers
  /** Whether a session may do nothing before the account has a second factor. */
  isFactorDue: (user: UserRow, held: Held) => boolean
}

/** Finds out who makes a request. */
export class Authenticator {
  readonly #parts: AuthenticatorParts

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts
  }

  /**
   * Throws `unauthenticated` without a valid credential, `session_ended` for a cookie of the past, `malformed` when
   * there is more than one, and `forbidden` for a cookie that another site's page made the browser send. Of a tenant that
   * is chosen throws `invalid` where there is none of that id, `forbidden` where it is not one's own.
   */
  async authenticate(request: Presented): Promise<Principal> {
    const principal = await this.#identify(request)
    return request.tenant === undefined ? principal : this.#within(principal, request.tenant)
  }

  async #identify(request: Presented): Promise<Principal> {
    const credential = onlyCredential(request)
    if ('cookie' in credential) {
      refuseForeign(request.origin)
      return this.#byCookie(credential.cookie)
    }
    const { bearer } = credential
    const { callers } = this.#parts
    const look = () => (ApiTokens.looksLike(bearer) ? this.#byToken(bearer) : this.#bySession(bearer))
    return callers.find(bearer) ?? callers.learn(bearer, look)
  }

  /** Who makes a request, without waiting; null where that takes a look at rows, or is to be refused. */
  known(request: Presented): Principal | null {
    // A browser's secret changes with use.
    if (request.cookie !== undefined || request.authorization === undefined) return null
    if (request.tenant !== undefined) return null
    try {
      const credential = onlyCredential(request)
      return 'bearer' in credential ? this.#parts.callers.find(credential.bearer) : null
    } catch {
      return null
    }
  }

  /** Throws as {@link authenticate} when the credential of a request that goes on has ended meanwhile. */
  async authenticateAgain(request: Presented, principal: Principal): Promise<void> {
    const { cookie, id } = principal.credential
    // The cookie's secret may have been replaced since the request came; its session is what counts.
    const now =
      cookie === undefined
        ? await this.#identify(request)
        : await this.#describe(await this.#userOfCookie(principal.userId, id))
    const { tenant } = request
    if (mayTheSame(tenant === undefined ? now : await this.#within(now, tenant), principal)) return
    throw new RotaError('forbidden', say`What you may see has changed meanwhile; ask again.`)
  }

  async #byToken(text: string): Promise<Principal> {
    const { row, isTakenFrom, grantedTo } = await this.#parts.apiTokens.read(text)
    const user = await this.#activeUser(await this.#parts.users.byId(row.user_id))
    const owner = await this.#describe(user)
    const isBound = row.tenant_id !== null && owner.tenantId === null
    if (isBound && !(await this.#parts.tenants.isOpen(row.tenant_id))) throw closed()
    const bound = isBound ? boundTo(row.tenant_id!, owner) : owner
    const known = { ...bound, ...(await this.#grantedOf(grantedTo, bound)) }
    const allowed = JSON.parse(row.scopes) as string[]
    return {
      ...known,
      // A token was made by somebody who has signed in; it has no hands to set one up.
      mustEnrol: false,
      name: `token:${row.name}`,
      rights: narrowed(known.rights, allowed),
      grants: known.grants.map((grant) => ({ ...grant, rights: narrowed(grant.rights, allowed) })),
      credential: { kind: 'token', id: row.id, expiresAt: row.expires_at, ...(isTakenFrom && { isTakenFrom }) },
    }
  }

  /** What is left of what an owner holds to tokens that hold but what is granted to each of them. */
  async #grantedOf(tokens: readonly string[], owner: Held & Pick<Principal, 'tenantId'>): Promise<Held> {
    let held: Held = owner
    for (const id of tokens) held = await this.#parts.holdings.ofToken(id, owner.tenantId, held)
    return { rights: held.rights, grants: held.grants, scope: held.scope, heldUntil: held.heldUntil }
  }

  async #bySession(text: string): Promise<Principal> {
    const claims = await this.#parts.accessTokens.read(text)
    const user = await this.#activeUser(await this.#parts.users.byId(claims.userId))
    const isCurrent = claims.epoch === user.session_epoch && (await this.#parts.sessions.isAlive(claims.sessionId))
    if (!isCurrent) throw new RotaError('unauthenticated', say`The session has ended; sign in again.`)
    return {
      ...(await this.#describe(user)),
      name: user.username,
      credential: { kind: 'session', id: claims.sessionId, expiresAt: claims.expiresAt },
    }
  }

  async #byCookie(text: string): Promise<Principal> {
    const session = await this.#parts.browserSessions.read(text)
    const user = await this.#userOfCookie(session.userId, session.id)
    return {
      ...(await this.#describe(user)),
      name: user.username,
      credential: {
        kind: 'session',
        id: session.id,
        expiresAt: session.expiresAt,
        cookie: { next: session.nextCookie },
      },
    }
  }

  async #describe(user: ActiveUser) {
    const held = await this.#parts.holdings.of(user)
    return {
      userId: user.id,
      username: user.username,
      signInName: signInName(user),
      role: user.role,
      tenantId: user.tenant_id,
      ...held,
      mustChangePassword: user.must_change_password === 1,
      mustEnrol: this.#parts.isFactorDue(user, held),
    }
  }

  async #userOfCookie(userId: string, sessionId: string): Promise<ActiveUser> {
    const user = await this.#parts.users.byId(userId)
    const isAlive = user !== undefined && (await this.#parts.browserSessions.isAlive(sessionId, user.session_epoch))
    if (!isAlive) throw new RotaError('session_ended', say`The session has ended; sign in again.`)
    return this.#activeUser(user)
  }

  async #activeUser(user: UserRow | undefined): Promise<ActiveUser> {
    if (user === undefined || !hasRole(user) || !(await this.#parts.tenants.lets(user))) throw closed()
    return user
  }

  /** Who asks, with the eyes of one tenant. Whether there is another is not told to those who belong to one. */
  async #within<P extends Held & Pick<Principal, 'tenantId'>>(principal: P, tenant: string): Promise<P> {
    if (principal.tenantId === tenant) return principal
    if (principal.tenantId !== null) {
      throw new RotaError('forbidden', say`The header Rota-Tenant chooses among tenants for those who belong to none.`)
    }
    if ((await this.#parts.tenants.byId(tenant.slice(0, LONGEST_TENANT))) === undefined) {
      throw invalid([
        { path: 'Rota-Tenant', message: say`is ${JSON.stringify(tenant.slice(0, 100))}; there is no such tenant.` },
      ])
    }
    return { ...principal, scope: scopeWithin(principal.scope, tenant) }
  }
}

/** Whether somebody may do and see what a request began with. */
function mayTheSame(now: Held, before: Held): boolean {
  const told = ({ rights, grants, scope }: Held) => JSON.stringify([rights, grants, scope])
  return told(now) === told(before)
}

type ActiveUser = UserRow & { role: Role | 'none' }

function closed(): RotaError {
  return new RotaError('unauthenticated', say`The account is disabled or gone.`)
}

/** What a token may that was made for one tenant, whoever made it: what those may who belong to that. */
function boundTo<P extends Held>(tenantId: string, owner: P): P & { tenantId: string } {
  const grants = owner.grants.map((grant) => ({ ...grant, rights: withinTenant(grant.rights) }))
  return { ...owner, tenantId, rights: withinTenant(owner.rights), grants, scope: scopeWithin(owner.scope, tenantId) }
}

function hasRole(user: UserRow): user is ActiveUser {
  return isRole(user.role) || user.role === 'none'
}

type Credential = { bearer: string } | { cookie: string }

/** How many headers of a lower-case name there are, written in whatever case. */
function countOf(rawHeaders: readonly string[], name: string): number {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const given = rawHeaders[at]!
    if (given.length === name.length && given.toLowerCase() === name) count++
  }
  return count
}

/** The credential, when it is the only one of any kind. */
function onlyCredential({ rawHeaders, authorization, cookie, isSecure, query }: Presented): Credential {
  const headers = countOf(rawHeaders, 'authorization')
  const cookies = sessionCookies(cookie, isSecure)
  const others = [
    countOf(rawHeaders, 'x-api-key') > 0 && say`X-API-Key header`,
    ...TOKEN_PARAMETERS.filter((name) => Object.hasOwn(query, name)).map((name) => say`${name} parameter`),
  ].filter((found) => found !== false)
  if (headers + cookies.length + others.length > 1) {
    throw new RotaError('malformed', say`More than one credential was given; send only one.`)
  }
  if (others.length > 0) {
    throw new RotaError(
      'unauthenticated',
      say`A credential is taken from the Authorization header, not from the ${others[0]!}.`,
    )
  }
  if (cookies.length > 0) return { cookie: cookies[0]! }
  const [, token] = /^Bearer +([^\s,]+) *$/i.exec(authorization ?? '') ?? []
  if (token === undefined) {
    throw new RotaError(
      'unauthenticated',
      say`Sign in, and send the access token or an API token as "Authorization: Bearer …".`,
    )
  }
  return { bearer: token }
}
