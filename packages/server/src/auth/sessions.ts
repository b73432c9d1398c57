import { type Caller, type Clock, RotaError, say } from '@rota/core'
import type { Session } from '@rota/protocol'
import type { SessionStore, UserRow } from '../access-store.ts'
import type { AccessTokens } from './access-token.ts'
import type { KnownCallers } from './known-callers.ts'
import type { PasswordHasher } from './passwords.ts'
import type { Proof, SecondFactors } from './second-factors.ts'
import { randomSecret, sha256 } from './secret-text.ts'
import type { From } from './self.ts'
import { ShortCache } from './short-cache.ts'
import type { SignInGuard } from './sign-in-guard.ts'
import type { Tenants } from './tenants.ts'
import { toUser, type Users, usernameKey } from './users.ts'

const REFRESH_TOKEN = /^rtr_([0-9a-f-]{36})\.([A-Za-z0-9_-]{43})$/

export interface SessionsOptions {
  store: SessionStore
  users: Users
  tenants: Tenants
  hasher: PasswordHasher
  accessTokens: AccessTokens
  guard: SignInGuard
  callers: KnownCallers
  clock: Clock
  newId: () => string
  refreshLifeMs: number
  /** Sign-ins per user; the oldest ends when there is one more. */
  mostPerUser: number
  secondFactors: Pick<SecondFactors, 'check'>
  /** People whose passwords are not ours; null where there is no directory. */
  signInElsewhere: ((login: Login, from: From) => Promise<UserRow | null>) | null
  /** Whether an account of our own may sign in with its password. */
  isOpenTo: (user: UserRow) => boolean
  /** What somebody is told who does not get in. */
  refusal: () => string
  /** Told of every attempt. */
  onLogin?: (told: SignInTold) => void | Promise<void>
}

/** What somebody signs in with. */
export interface Login extends Proof {
  username: string
  password: string
}

/** An attempt to sign in, as metrics, logs and an audit are told of it. */
export interface SignInTold {
  result: 'ok' | 'refused' | 'throttled'
  /** `password`, or who vouches: `ldap`, `oidc:ID`. */
  method: string
  username: string
  /** Null for nobody that we know. */
  userId: string | null
  address: string
  requestId: string | null
  /** Of what was refused. */
  reason: string | null
}

/** Signing in, staying signed in, signing out. */
export class Sessions {
  readonly #options: SessionsOptions
  readonly #alive: ShortCache<boolean>

  constructor(options: SessionsOptions) {
    this.#options = options
    this.#alive = new ShortCache(options.clock, options.callers)
  }

  /** Opens a session with tokens. Throws as {@link check}. */
  async login(login: Login, address: string, requestId: string | null = null): Promise<Session> {
    return this.#open(await this.check(login, address, requestId), address)
  }

  /**
   * The user of a name and password, who signs in now. Throws `unauthenticated` alike for an unknown user, a wrong
   * password and a disabled account or tenant, `second_factor_required` when a code must be given too, and ThrottledError after
   * too many of these.
   */
  async check(login: Login, address: string, requestId: string | null = null): Promise<UserRow> {
    const { username } = login
    const from = { address, requestId }
    const prove = (found: UserRow | undefined, isKnown: boolean) => this.#prove(login, { found, isKnown, from })
    const user = await this.checkedByThrottle(username, address, prove, {
      onFailed: (error, found) => this.#tellOf(error, { username, userId: found?.id ?? null, ...from }),
    })
    return this.admit(user, { method: user.source ?? 'password', ...from })
  }

  /** Tells of somebody whom a provider sent, and who did not get in. */
  async tellRefused(about: From & Pick<SignInTold, 'method' | 'reason'>): Promise<void> {
    await this.#options.onLogin?.({ ...about, result: 'refused', username: '', userId: null })
  }

  /** Notes that somebody who has shown who it is signs in. */
  async admit(user: UserRow, { method, ...from }: From & { method: string }): Promise<UserRow> {
    const { users, onLogin, clock } = this.#options
    await onLogin?.({ ...from, result: 'ok', method, username: user.username, userId: user.id, reason: null })
    await users.noteLogin(user.id)
    return { ...user, last_login_at: clock.now() }
  }

  /** Whatever the name, the work is the same up to what a directory does with a name that is not ours. */
  async #prove(
    login: Login,
    { found, isKnown, from }: { found: UserRow | undefined; isKnown: boolean; from: From },
  ): Promise<UserRow> {
    const { hasher, tenants, secondFactors, signInElsewhere, isOpenTo, refusal } = this.#options
    const own = found?.source === null ? found : undefined
    const matches = await hasher.verify(own?.password_hash || null, login.password, isKnown)
    if (own === undefined) {
      const user = (await signInElsewhere?.(login, from)) ?? null
      if (user !== null) return user
    } else if (matches && isOpenTo(own) && (await tenants.lets(own))) {
      if (own.second_factor !== null) await secondFactors.check(own, login)
      return own
    }
    throw new RotaError('unauthenticated', refusal())
  }

  async #tellOf(error: unknown, about: From & Pick<SignInTold, 'username' | 'userId'>): Promise<void> {
    if (!RotaError.is(error) || error.code === 'second_factor_required') return
    const result = error.code === 'too_many_requests' ? 'throttled' : 'refused'
    await this.#options.onLogin?.({ ...about, result, method: 'password', reason: error.message })
  }

  /**
   * Runs a check of a password; it is told of the user, and whether the user has signed in from that address before.
   * Failures empty the buckets of user and address. Throws ThrottledError.
   */
  async checkedByThrottle<T>(
    username: string,
    address: string,
    check: (user: UserRow | undefined, isKnown: boolean) => Promise<T>,
    { onFailed }: { onFailed?: (error: unknown, user: UserRow | undefined) => Promise<void> } = {},
  ): Promise<T> {
    const { guard, users } = this.#options
    const user = await users.byName(username)
    const attempt = { userKey: usernameKey(username), user, address }
    try {
      const isKnown = await guard.isKnown(attempt)
      const giveBack = await guard.take(attempt, isKnown)
      const result = await check(user, isKnown).catch(async (error) => {
        if (isNoGuess(error)) await giveBack()
        throw error
      })
      await giveBack()
      if (user !== undefined && !user.source?.startsWith('oidc:')) await guard.note(user.id, address)
      return result
    } catch (error) {
      await onFailed?.(error, user)
      throw error
    }
  }

  /**
   * Replaces a refresh token. One that was replaced before has been copied by somebody: the session ends for both.
   * Throws `unauthenticated`.
   */
  async refresh(refreshToken: string): Promise<Session> {
    const { users, tenants, clock } = this.#options
    const [, id = '', secret = ''] = REFRESH_TOKEN.exec(refreshToken) ?? []
    const next = randomSecret()
    const userId = await this.#rotate(id, sha256(secret), sha256(next), clock.now())
    const user = userId === null ? undefined : await users.byId(userId)
    if (user === undefined || !(await tenants.lets(user))) {
      throw new RotaError('unauthenticated', say`The refresh token is not valid any more; sign in again.`)
    }
    return this.#reply(user, id, next)
  }

  async #rotate(id: string, hash: string, nextHash: string, now: number): Promise<string | null> {
    const { store, refreshLifeMs } = this.#options
    const expiresAt = now + refreshLifeMs
    const userId = await store.rotate({ id, hash, nextHash, previousHash: hash, inCookie: 0, now, expiresAt })
    if (userId === null) {
      await store.endReused(id, hash)
      this.#alive.forget(id)
    }
    return userId
  }

  /** True while the session that an access token belongs to has not ended; at most five seconds late. */
  isAlive(sessionId: string): Promise<boolean> {
    return this.#alive.get(sessionId, async () => {
      const row = await this.#options.store.byId(sessionId)
      return row !== undefined && row.expires_at > this.#options.clock.now()
    })
  }

  /** When the password was given; long ago for a session that is gone. */
  async startedAt(sessionId: string): Promise<number> {
    return (await this.#options.store.byId(sessionId))?.created_at ?? Number.NEGATIVE_INFINITY
  }

  async end(sessionId: string): Promise<void> {
    await this.#options.store.remove(sessionId)
    this.#alive.forget(sessionId)
  }

  /** Reads sessions anew that something else has ended. */
  forget(ids: readonly string[]): void {
    for (const id of ids) this.#alive.forget(id)
  }

  async endAll(userId: string, by: Caller | null = null): Promise<void> {
    await this.#options.users.endSessions(userId, by)
    this.#alive.clear()
  }

  /** A fresh session after a change that ended all others. */
  async reopen(user: UserRow, address: string): Promise<Session> {
    this.#alive.clear()
    return this.#open(user, address)
  }

  /** Drops sessions that have expired; for a now-and-then call. */
  async prune(): Promise<void> {
    await this.#options.store.removeExpired(this.#options.clock.now())
  }

  async #open(user: UserRow, address: string): Promise<Session> {
    const { store, clock, newId, refreshLifeMs, mostPerUser } = this.#options
    const now = clock.now()
    const id = newId()
    const secret = randomSecret()
    const row = {
      id,
      user_id: user.id,
      in_cookie: 0,
      refresh_hash: sha256(secret),
      previous_hash: null,
      created_at: now,
      refreshed_at: now,
      expires_at: now + refreshLifeMs,
      confirmed_at: null,
      user_epoch: user.session_epoch,
      address,
      user_agent: null,
      source: user.source,
      provider_session: null,
    }
    await store.insert(row)
    await store.trim(user.id, mostPerUser)
    return this.#reply(user, id, secret)
  }

  async #reply(user: UserRow, sessionId: string, secret: string): Promise<Session> {
    const { accessTokens } = this.#options
    const claims = { userId: user.id, sessionId, epoch: user.session_epoch }
    return {
      access_token: await accessTokens.issue(claims),
      refresh_token: `rtr_${sessionId}.${secret}`,
      token_type: 'Bearer',
      expires_in: accessTokens.lifeSeconds,
      user: toUser(user),
    }
  }
}

/** A right password without its code, and what could not be looked into, tell nothing of passwords that are tried. */
function isNoGuess(error: unknown): boolean {
  return RotaError.is(error) && (error.code === 'second_factor_required' || error.code === 'unavailable')
}
