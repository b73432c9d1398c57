import { type Clock, notFound, RotaError, say } from '@rota/core'
import type { SessionRow, SessionStore, UserRow } from '../access-store.ts'
import { matchesHash, randomSecret, sha256 } from './secret-text.ts'
import { ShortCache } from './short-cache.ts'

const COOKIE = /^([0-9a-f-]{36})\.([A-Za-z0-9_-]{43})$/
/** A secret that was replaced is still taken for so long: requests that set out together arrive one after another. */
const GRACE_MS = 60_000
const LONGEST_USER_AGENT = 300

export interface BrowserSessionsOptions {
  store: SessionStore
  clock: Clock
  newId: () => string
  /** Ends after so long without use. */
  lifeMs: number
  /** Age at which the cookie's secret is replaced. */
  renewAfterMs: number
  /** Sign-ins per user; the oldest ends when there is one more. */
  mostPerUser: number
}

/** Where a sign-in comes from, to be recognised in a list. */
export interface Device {
  address: string
  userAgent: string | undefined
  /** The session at the provider that vouched for the user. */
  providerSession?: string | null
}

/** A session that is in force. */
export interface BrowserSession {
  id: string
  userId: string
  userEpoch: number
  expiresAt: number
  /** What the cookie is to hold from now on; null when it stays as it is. */
  nextCookie: string | null
}

/**
 * Sessions whose credential is a cookie. Its secret is replaced now and then. The old one stays good until the browser
 * has shown the new one, for a reply may get lost, and for a minute more. Later it has been copied by somebody, and the
 * session ends for both.
 */
export class BrowserSessions {
  readonly #options: BrowserSessionsOptions
  readonly #rows: ShortCache<SessionRow | undefined>

  constructor(options: BrowserSessionsOptions) {
    this.#options = options
    this.#rows = new ShortCache(options.clock)
  }

  get lifeSeconds(): number {
    return Math.floor(this.#options.lifeMs / 1_000)
  }

  /** Opens a session; answers what the cookie is to hold. */
  async open(user: UserRow, device: Device): Promise<{ cookie: string; expiresAt: number }> {
    const { store, clock, newId, lifeMs, mostPerUser } = this.#options
    const now = clock.now()
    const id = newId()
    const secret = randomSecret()
    const expiresAt = now + lifeMs
    await store.insert({
      id,
      user_id: user.id,
      in_cookie: 1,
      refresh_hash: sha256(secret),
      previous_hash: null,
      created_at: now,
      refreshed_at: now,
      expires_at: expiresAt,
      confirmed_at: now,
      user_epoch: user.session_epoch,
      address: device.address,
      user_agent: device.userAgent?.slice(0, LONGEST_USER_AGENT).toWellFormed() ?? null,
      source: user.source,
      provider_session: device.providerSession ?? null,
    })
    await store.trim(user.id, mostPerUser)
    return { cookie: `${id}.${secret}`, expiresAt }
  }

  /** The session that a cookie belongs to. Throws `session_ended`. */
  async read(cookie: string): Promise<BrowserSession> {
    const [, id, secret] = COOKIE.exec(cookie) ?? []
    const row = id === undefined ? undefined : await this.#current(id, secret!)
    if (row === undefined) throw ended()
    if (matchesHash(secret!, row.refresh_hash)) return this.#byCurrent(row)
    if (row.previous_hash !== null && matchesHash(secret!, row.previous_hash)) return this.#byPrevious(row)
    throw ended()
  }

  /**
   * Whether a session that was read before is still in force. A session of a later epoch is: the user's row may be a few
   * seconds old.
   */
  async isAlive(id: string, userEpoch: number): Promise<boolean> {
    const row = await this.#rows.get(id, () => this.#options.store.byId(id))
    return row !== undefined && row.user_epoch >= userEpoch && row.expires_at > this.#options.clock.now()
  }

  async end(id: string): Promise<void> {
    await this.#options.store.remove(id)
    this.#rows.forget(id)
  }

  /** Ends all sessions of a user but one; answers their ids. */
  async endOthers(userId: string, keptId: string): Promise<string[]> {
    const ids = await this.#options.store.removeOthers(userId, keptId)
    this.forget(ids)
    return ids
  }

  /** Reads sessions anew that something else has ended. */
  forget(ids: readonly string[]): void {
    for (const id of ids) this.#rows.forget(id)
  }

  /** All sessions of a user that are in force, with tokens or with a cookie; the last used first. */
  list(userId: string): Promise<SessionRow[]> {
    return this.#options.store.ofUser(userId, this.#options.clock.now())
  }

  /** Throws `not_found` for a session that is not the user's. */
  async ofUser(userId: string, id: string): Promise<SessionRow> {
    const row = await this.#options.store.byId(id)
    if (row === undefined || row.user_id !== userId) throw notFound('session', id)
    return row
  }

  /** The row, read afresh when the remembered one does not know the secret: another instance may have replaced it. */
  async #current(id: string, secret: string): Promise<SessionRow | undefined> {
    const load = () => this.#options.store.byId(id)
    let row = await this.#rows.get(id, load)
    if (row !== undefined && !matchesHash(secret, row.refresh_hash)) {
      this.#rows.forget(id)
      row = await this.#rows.get(id, load)
    }
    if (row === undefined || row.in_cookie !== 1 || row.expires_at <= this.#options.clock.now()) return undefined
    return row
  }

  async #byCurrent(row: SessionRow): Promise<BrowserSession> {
    const { store, clock, renewAfterMs } = this.#options
    const now = clock.now()
    if (row.confirmed_at === null) {
      await this.#tolerantly(store.confirm(row.id, row.refresh_hash, now))
      this.#rows.forget(row.id)
    }
    const isDue = now - row.refreshed_at >= renewAfterMs
    return describe(row, isDue ? await this.#renew(row, row.refresh_hash) : null)
  }

  async #byPrevious(row: SessionRow): Promise<BrowserSession> {
    const { store, clock } = this.#options
    const now = clock.now()
    // The reply with the new secret did not arrive: its owner gets another.
    if (row.confirmed_at === null) {
      const isLost = now - row.refreshed_at > GRACE_MS
      return describe(row, isLost ? await this.#renew(row, row.previous_hash!) : null)
    }
    if (now - row.confirmed_at <= GRACE_MS) return describe(row, null)
    await store.endReused(row.id, row.previous_hash!)
    this.#rows.forget(row.id)
    throw ended()
  }

  /** Null when another request has replaced the secret meanwhile. */
  async #renew(row: SessionRow, shownHash: string): Promise<string | null> {
    const { store, clock, lifeMs } = this.#options
    const now = clock.now()
    const secret = randomSecret()
    const change = {
      id: row.id,
      hash: row.refresh_hash,
      nextHash: sha256(secret),
      previousHash: shownHash,
      inCookie: 1,
      now,
      expiresAt: now + lifeMs,
    }
    const userId = await this.#tolerantly(store.rotate(change))
    this.#rows.forget(row.id)
    return userId ? `${row.id}.${secret}` : null
  }

  /** A store that cannot be written now must not sign anybody out: the page is where they learn of it. */
  async #tolerantly<T>(write: Promise<T>): Promise<T | null> {
    try {
      return await write
    } catch {
      return null
    }
  }
}

function describe(row: SessionRow, nextCookie: string | null): BrowserSession {
  return { id: row.id, userId: row.user_id, userEpoch: row.user_epoch, expiresAt: row.expires_at, nextCookie }
}

function ended(): RotaError {
  return new RotaError('session_ended', say`The session has ended; sign in again.`)
}
