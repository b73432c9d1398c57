import {
  type Audited,
  type Caller,
  type Clock,
  drafted,
  invalid,
  notFound,
  type Permission,
  permissionsIn,
  ROLE_RIGHTS,
  RotaError,
  rightsSomewhere,
  type Scope,
  say,
  tenantOf,
} from '@rota/core'
import type { Role, Token } from '@rota/protocol'
import {
  type AccessStore,
  type ApiTokenRow,
  type ApiTokenStore,
  MADE_BY_SERVER,
  type OwnedTokenRow,
} from '../access-store.ts'
import { addressRanges, isAddressRange } from '../address-ranges.ts'
import type { GrantRows } from '../grant-store.ts'
import type { Principal } from '../principal.ts'
import { isSeen } from '../tenancy.ts'
import type { KnownCallers } from './known-callers.ts'
import { matchesHash, sha256 } from './secret-text.ts'
import { ShortCache } from './short-cache.ts'
import { newTokenText, readTokenText } from './token-text.ts'

/** `last_used_at` is written at most this often per token. */
const USE_NOTED_EVERY_MS = 60_000
const DAY_MS = 86_400_000
const MOST_PER_USER = 1_000
/** How long a token that is rotated is still taken, unless told otherwise: programs learn the new one meanwhile. */
const OVERLAP_SECONDS = 3_600

export interface NewToken {
  name: string
  scopes?: Permission[]
  role?: Role
  expires_at?: string | null
  expires_in_days?: number
  addresses?: string[]
}

/** Whose tokens are meant: those of one user, or of all that a scope holds. */
export type TokenOwners = { userId: string } | { scope: Scope }

/** A token that may be used, by its row. */
export interface TokenInForce {
  row: OwnedTokenRow
  /** Undefined for everywhere. */
  isTakenFrom: ReturnType<typeof addressRanges> | undefined
  /** Of it and the tokens that it comes from those that hold but what is granted to them. */
  grantedTo: string[]
}

interface Rotation {
  overlapSeconds?: number
  isConfirmed: boolean
  by: Caller
}

export interface ApiTokensOptions {
  store: Pick<AccessStore, 'tokens' | 'grants' | 'audited'>
  clock: Clock
  callers: KnownCallers
  newId: () => string
}

/** Tokens for programs, of which only the SHA-256 is kept. */
export class ApiTokens {
  readonly #store: ApiTokenStore
  readonly #grants: Pick<GrantRows, 'copyToToken'>
  readonly #audited: AccessStore['audited']
  readonly #newId: () => string
  readonly #clock: Clock
  readonly #cache: ShortCache<OwnedTokenRow | undefined>
  readonly #usedAt = new Map<string, number>()

  constructor({ store, clock, callers, newId }: ApiTokensOptions) {
    this.#store = store.tokens
    this.#grants = store.grants
    this.#audited = store.audited
    this.#clock = clock
    this.#newId = newId
    this.#cache = new ShortCache(clock, callers)
  }

  static looksLike(text: string): boolean {
    return text.startsWith('rota_')
  }

  /** The row of a token that is in force, and where it is taken from. Throws `unauthenticated`. */
  async read(text: string): Promise<TokenInForce> {
    const parts = readTokenText(text)
    const row = parts === null ? undefined : await this.#cache.get(parts.id, () => this.#store.byId(parts.id))
    const now = this.#clock.now()
    const isValid = row !== undefined && matchesHash(parts!.secret, row.secret_hash)
    const line = isValid ? await this.#lineOf(row, now) : null
    if (row === undefined || line === null) {
      throw new RotaError('unauthenticated', say`The API token is not valid, was revoked or has expired.`)
    }
    await this.#noteUse(row.id, row.last_used_at, now)
    const grantedTo = line.filter(({ grants_only }) => grants_only === 1).map(({ id }) => id)
    return { row, isTakenFrom: takenFrom(line), grantedTo }
  }

  /** It and the tokens that it comes from; null when one of them was revoked or has expired. */
  async #lineOf(row: ApiTokenRow, now: number): Promise<ApiTokenRow[] | null> {
    const line: ApiTokenRow[] = []
    for (let next: ApiTokenRow | undefined = row; ; ) {
      if (next.revoked_at !== null || (next.expires_at !== null && next.expires_at <= now)) return null
      line.push(next)
      const maker: string | null = next.made_by
      if (maker === null || maker === MADE_BY_SERVER) return line
      next = await this.#cache.get(maker, () => this.#store.byId(maker))
      if (next === undefined) return null
    }
  }

  /**
   * A token made by a token ends with it, unless `origin` says who made it otherwise: null for the person, who has shown
   * the password. Throws `invalid` when it would be allowed more, or live longer, than what makes it.
   */
  async create(
    maker: Principal,
    input: NewToken,
    origin?: null | typeof MADE_BY_SERVER,
    by: Caller | null = null,
  ): Promise<{ token: Token; secret: string }> {
    const now = this.#clock.now()
    const scopes = this.#scopes(maker, input)
    const madeBy = origin === undefined ? await this.#makerOf(maker) : origin
    const addresses = checkedAddresses(input.addresses)
    const expiresAt = this.#expiry(madeBy === null ? null : maker.credential.expiresAt, input, now)
    // How many an administrator has must not keep the server from starting.
    if (origin !== MADE_BY_SERVER) await this.#refuseTooMany(maker.userId, now)
    return this.#issue(
      { maker, by, action: 'created' },
      {
        user_id: maker.userId,
        tenant_id: tenantOf(maker.scope),
        name: input.name,
        scopes: JSON.stringify(scopes),
        created_at: now,
        expires_at: expiresAt,
        last_used_at: null,
        revoked_at: null,
        made_by: madeBy,
        addresses: addresses === null ? null : JSON.stringify(addresses),
        grants_only: 0,
      },
    )
  }

  /**
   * Another token in the place of one of the caller's own, which is taken for `overlapSeconds` yet. A token may ask for its
   * successor itself. Throws `not_found`, and `invalid` for one that has ended or may more than who asks.
   */
  async rotate(
    maker: Principal,
    id: string,
    { overlapSeconds = OVERLAP_SECONDS, isConfirmed, by }: Rotation,
  ): Promise<{ token: Token; secret: string }> {
    const now = this.#clock.now()
    const row = await this.#store.byId(id)
    if (row === undefined || row.user_id !== maker.userId || row.made_by === MADE_BY_SERVER) throw notFound('token', id)
    if ((await this.#lineOf(row, now)) === null)
      throw new RotaError('conflict', say`The token has ended; make a new one.`)
    const isOwn = maker.credential.id === id
    // Its own permissions it hands on as they are: what it holds now may be less of them.
    const own: Permission[] = JSON.parse(row.scopes)
    const scopes = isOwn ? own : this.#scopes(maker, { name: row.name, scopes: own })
    await this.#refuseTooMany(maker.userId, now)
    const madeBy = isOwn || isConfirmed ? row.made_by : await this.#makerOf(maker)
    const issued = await this.#issue(
      { maker, by, action: 'rotated' },
      {
        user_id: row.user_id,
        tenant_id: row.tenant_id,
        name: row.name,
        scopes: JSON.stringify(scopes),
        created_at: now,
        expires_at: row.expires_at,
        last_used_at: null,
        revoked_at: null,
        made_by: madeBy,
        addresses: row.addresses,
        grants_only: row.grants_only,
      },
    )
    await this.#grants.copyToToken(id, { id: issued.token.id, newId: this.#newId })
    // What it has made goes on with its successor.
    await this.#store.handOver(id, issued.token.id)
    await this.#store.endBy(id, now + overlapSeconds * 1_000)
    this.#cache.clear()
    return issued
  }

  async #refuseTooMany(userId: string, now: number): Promise<void> {
    if ((await this.#store.countActive(userId, now)) < MOST_PER_USER) return
    throw new RotaError('conflict', say`A user has at most ${MOST_PER_USER} tokens.`)
  }

  async #issue(
    { maker, by, action }: { maker: Principal; by: Caller | null; action: string },
    rest: Omit<ApiTokenRow, 'id' | 'secret_hash'>,
  ): Promise<{ token: Token; secret: string }> {
    const { id, secret, text } = newTokenText()
    const row = { ...rest, id, secret_hash: sha256(secret) }
    const { name, scopes, expires_at, addresses } = row
    const { username, tenantId } = maker
    const after = { owner: username, scopes: JSON.parse(scopes), expires_at, addresses }
    await this.#told(by, { kind: 'token', id, name, action, after }).insert(row)
    return { token: toToken({ ...row, username, owner_tenant_id: tenantId }), secret: text }
  }

  async list(of: TokenOwners, page: number, limit: number): Promise<{ total: number; tokens: Token[] }> {
    const { total, rows } = await this.#store.list(of, (page - 1) * limit, limit)
    return { total, tokens: rows.map(toToken) }
  }

  /** Throws `not_found`. */
  async get(id: string, of: TokenOwners): Promise<Token> {
    const row = await this.#store.byId(id)
    if (row === undefined || !isOf(of, row)) throw notFound('token', id)
    return toToken(row)
  }

  async revoke(id: string, of: TokenOwners, by: Caller | null = null): Promise<void> {
    const { name, owner: username } = await this.get(id, of)
    const told = { kind: 'token', id, name, action: 'revoked', detail: { owner: username } } as const
    // What they made has ended with them; it is marked, too, so that lists show it.
    for (let ids = [id]; ids.length > 0; ids = await this.#store.madeBy(ids)) {
      const store = ids[0] === id ? this.#told(by, told) : this.#store
      await store.revoke(ids, this.#clock.now())
      for (const each of ids) this.#cache.forget(each)
    }
  }

  /** The store, for one write that the audit tells of; what the server does for itself is not told. */
  #told(by: Caller | null, done: Audited): ApiTokenStore {
    return by === null ? this.#store : this.#audited(drafted(by, done, this.#clock.now())).tokens
  }

  /** Reads anew what others have changed. */
  forgetAll(): void {
    this.#cache.clear()
  }

  /** What the server's own token makes does not end with the server: who may read its file speaks for the owner. */
  async #makerOf({ credential }: Principal): Promise<string | null> {
    if (credential.kind !== 'token') return null
    const row = await this.#cache.get(credential.id, () => this.#store.byId(credential.id))
    return row?.made_by === MADE_BY_SERVER ? null : credential.id
  }

  #scopes(maker: Principal, input: NewToken): Permission[] {
    if (input.scopes !== undefined && input.role !== undefined) {
      throw invalid([{ path: 'role', message: say`Give either scopes or a role, not both.` }])
    }
    const field = input.role === undefined ? 'scopes' : 'role'
    const own = permissionsIn(rightsSomewhere(maker))
    const wanted = input.scopes ?? (input.role === undefined ? own : permissionsIn(ROLE_RIGHTS[input.role]))
    const surplus = wanted.filter((permission) => !own.includes(permission))
    if (surplus.length > 0) {
      throw invalid([{ path: field, message: say`would allow more than you may: ${surplus.join(', ')}.` }])
    }
    return [...new Set(wanted)]
  }

  #expiry(limit: number | null, input: NewToken, now: number): number | null {
    if (typeof input.expires_at === 'string' && input.expires_in_days !== undefined) {
      throw invalid([{ path: 'expires_in_days', message: say`Give either expires_at or expires_in_days, not both.` }])
    }
    let expiresAt = input.expires_in_days === undefined ? null : Math.round(now + input.expires_in_days * DAY_MS)
    if (typeof input.expires_at === 'string') expiresAt = Date.parse(input.expires_at)
    if (expiresAt !== null && expiresAt <= now)
      throw invalid([{ path: 'expires_at', message: say`must be in the future.` }])
    if (limit === null) return expiresAt
    return Math.min(expiresAt ?? limit, limit)
  }

  async #noteUse(id: string, storedAt: number | null, now: number): Promise<void> {
    const notedAt = this.#usedAt.get(id) ?? storedAt ?? Number.NEGATIVE_INFINITY
    if (now - notedAt < USE_NOTED_EVERY_MS) return
    this.#usedAt.set(id, now)
    await this.#store.noteUse(id, now)
  }
}

function isOf(of: TokenOwners, row: OwnedTokenRow): boolean {
  return 'userId' in of ? row.user_id === of.userId : isSeen(of.scope, { tenant_id: row.owner_tenant_id })
}

/** Null for anywhere. Throws `invalid` for what is neither an address nor a range. */
function checkedAddresses(given: readonly string[] | undefined): readonly string[] | null {
  if (given === undefined || given.length === 0) return null
  const errors = given.flatMap((each, at) => {
    if (isAddressRange(each)) return []
    return [
      {
        path: `addresses[${at}]`,
        message: say`is ${JSON.stringify(each)}; write an address or a range such as 10.0.0.0/8.`,
      },
    ]
  })
  if (errors.length > 0) throw invalid(errors)
  return [...new Set(given)]
}

/** Where a token is taken from: also from where those that it comes from are, or one could make another for everywhere. */
function takenFrom(line: readonly ApiTokenRow[]): TokenInForce['isTakenFrom'] {
  const places = line.flatMap(({ addresses }) =>
    addresses === null ? [] : [addressRanges(JSON.parse(addresses) as string[])],
  )
  return places.length === 0 ? undefined : (address) => places.every((isWithin) => isWithin(address))
}

function toToken(row: OwnedTokenRow): Token {
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  return {
    id: row.id,
    name: row.name,
    owner: row.username,
    tenant_id: row.tenant_id ?? row.owner_tenant_id,
    scopes: JSON.parse(row.scopes) as Token['scopes'],
    created_at: new Date(row.created_at).toISOString(),
    expires_at: iso(row.expires_at),
    last_used_at: iso(row.last_used_at),
    revoked_at: iso(row.revoked_at),
    made_by: row.made_by === MADE_BY_SERVER ? null : row.made_by,
    grants_only: row.grants_only === 1,
    addresses: row.addresses === null ? null : JSON.parse(row.addresses),
  }
}
