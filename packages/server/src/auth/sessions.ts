import { type Clock, RotaError, say } from '@rota/core'
import type { Session } from '@rota/protocol'
import type { SessionStore, UserRow } from '../access-store.ts'
import type { AccessTokens } from './access-token.ts'
import type { KnownCallers } from './known-callers.ts'
import type { PasswordHasher } from './passwords.ts'
import { randomSecret, sha256 } from './secret-text.ts'
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
  /** Told of every attempt, for metrics and logs. */
  onLogin?: (result: 'ok' | 'refused' | 'throttled') => void
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
  async login(username: string, password: string, address: string): Promise<Session> {
    return this.#open(await this.check(username, password, address), address)
  }

  /**
   * The user of a name and password, who signs in now. Throws `unauthenticated` alike for an unknown user, a wrong
   * password and a disabled account or tenant, and ThrottledError after too many of these.
   */
  async check(username: string, password: string, address: string): Promise<UserRow> {
    const { users, tenants, hasher, onLogin } = this.#options
    const user = await this.checkedByThrottle(username, address, async (found, isKnown) => {
      const matches = await hasher.verify(found?.password_hash ?? null, password, isKnown)
      if (found !== undefined && matches && (await tenants.lets(found))) return found
      onLogin?.('refused')
      throw new RotaError('unauthenticated', say`User name or password is wrong.`)
    })
    onLogin?.('ok')
    await users.noteLogin(user.id)
    return { ...user, last_login_at: this.#options.clock.now() }
  }

  /**
   * Runs a check of a password; it is told of the user, and whether the user has signed in from that address before.
   * Failures empty the buckets of user and address. Throws ThrottledError.
   */
  async checkedByThrottle<T>(
    username: string,
    address: string,
    check: (user: UserRow | undefined, isKnown: boolean) => Promise<T>,
  ): Promise<T> {
    const { guard, users, onLogin } = this.#options
    const user = await users.byName(username)
    const attempt = { userKey: usernameKey(username), user, address }
    const isKnown = await guard.isKnown(attempt)
    const giveBack = await guard.take(attempt, isKnown).catch((error) => {
      onLogin?.('throttled')
      throw error
    })
    const result = await check(user, isKnown)
    await giveBack()
    if (user !== undefined) await guard.note(user.id, address)
    return result
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

  async endAll(userId: string): Promise<void> {
    await this.#options.users.endSessions(userId)
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
