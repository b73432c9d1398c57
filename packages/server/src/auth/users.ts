import {
  type Audited,
  type Caller,
  type Clock,
  changesOf,
  drafted,
  type FieldError,
  invalid,
  type LanguageCode,
  notFound,
  RotaError,
  type Scope,
  say,
} from '@rota/core'
import type { AccountRole, User } from '@rota/protocol'
import type { AccessStore, AuditedStore, UserRow } from '../access-store.ts'
import { isSeen, keyIn, splitSignInName } from '../tenancy.ts'
import type { KnownCallers } from './known-callers.ts'
import { type PasswordHasher, passwordErrors } from './passwords.ts'
import { ShortCache } from './short-cache.ts'

export interface NewUser {
  username: string
  /** Without one nobody can sign in until an invitation is accepted. */
  password?: string
  role?: AccountRole
  display_name?: string
  must_change_password?: boolean
  /** Null for who belongs to none, as where nothing is said. */
  tenantId?: string | null
}

export interface UserChanges {
  role?: AccountRole
  display_name?: string
  disabled?: boolean
  password?: string
  must_change_password?: boolean
}

/** What people change of their own accounts. */
export interface Profile {
  display_name?: string
  /** Null for that of the browser. */
  language?: LanguageCode | null
}

export interface UsersOptions {
  store: AccessStore
  hasher: PasswordHasher
  clock: Clock
  newId: () => string
  passwordMinLength: number
  callers: KnownCallers
  /** Told when API tokens of somebody have ended. */
  onTokensEnded: () => void
}

/** The accounts. Whatever weakens or moves an account's rights raises its epoch, which ends its sessions. */
export class Users {
  readonly #options: UsersOptions
  readonly #cache: ShortCache<UserRow | undefined>

  constructor(options: UsersOptions) {
    this.#options = options
    this.#cache = new ShortCache(options.clock, options.callers)
  }

  /** The row for a check on each request; at most five seconds old. */
  byId(id: string): Promise<UserRow | undefined> {
    return this.#cache.get(id, () => this.#users.byId(id))
  }

  /** By the name for signing in: that of a user of a tenant has it before it, `TENANT/USERNAME`. */
  byName(given: string): Promise<UserRow | undefined> {
    const { tenantId, name } = splitSignInName(given)
    return this.#users.byKey(keyIn(tenantId, usernameKey(name)))
  }

  async get(id: string): Promise<User> {
    return toUser(await this.#row(id))
  }

  /** One that is seen. Throws `not_found`. */
  async seen(scope: Scope, id: string): Promise<User> {
    const row = await this.#row(id)
    if (!isSeen(scope, row)) throw notFound('user', id)
    return toUser(row)
  }

  /** The row as it is now. Throws `not_found`. */
  account(id: string): Promise<UserRow> {
    return this.#row(id)
  }

  async list(scope: Scope, page: number, limit: number): Promise<{ total: number; users: User[] }> {
    const { total, rows } = await this.#users.list(scope, (page - 1) * limit, limit)
    return { total, users: rows.map(toUser) }
  }

  /** Throws `invalid` for a weak password and `conflict` for a name that is taken. */
  async create(input: NewUser, by: Caller | null = null): Promise<User> {
    if (input.password !== undefined) this.#checkPassword(input.password, input.username)
    const row = await this.#newRow(input)
    const told = this.#told(by, row, { action: 'created', after: toldOf(row) })
    if (!(await told.users.insert(row))) throw nameTaken(input.username)
    return toUser(row)
  }

  /** Makes the user only if there is none at all; null when there is. Safe when several try at once. */
  async createFirst(input: NewUser): Promise<User | null> {
    const row = await this.#newRow(input)
    return (await this.#users.insertFirst(row)) ? toUser(row) : null
  }

  isEmpty(): Promise<boolean> {
    return this.#users.isEmpty()
  }

  /**
   * Throws `conflict` when no administrator would be left, and `invalid` for a weak password and for one of an account
   * that another vouches for.
   */
  async update(id: string, changes: UserChanges, by: Caller | null = null): Promise<User> {
    const row = await this.#row(id)
    const { role, display_name, disabled, password, must_change_password } = changes
    if (password !== undefined) {
      refuseForeignPassword(row, 'password')
      this.#checkPassword(password, row.username)
    }
    const endsSessions =
      password !== undefined || (role !== undefined && role !== row.role) || (disabled === true && row.disabled === 0)
    const values: Partial<UserRow> = {
      ...(role !== undefined && { role }),
      ...(display_name !== undefined && { display_name }),
      ...(disabled !== undefined && { disabled: Number(disabled) }),
      ...(must_change_password !== undefined && { must_change_password: Number(must_change_password) }),
      ...(endsSessions && { session_epoch: row.session_epoch + 1 }),
      ...(password !== undefined && { password_hash: await this.#options.hasher.hash(password) }),
    }
    // By what is wanted, not by what the row was a moment ago.
    const mayEndAdmin = (role !== undefined && role !== 'admin') || disabled === true
    const what = changesOf(toldOf(row), toldOf({ ...row, ...values }))
    const detail = password === undefined ? undefined : { password: 'changed' }
    const { users } = this.#told(by, row, { action: 'updated', ...what, detail })
    if (!mayEndAdmin) await users.update(id, this.#stamped(values))
    else if (!(await users.updateUnlessLast(id, this.#stamped(values)))) throw lastAdministrator()
    this.forget(id)
    if (endsSessions) await this.#options.store.sessions.removeOfUser(id)
    if (password !== undefined) await this.#endTokens(id)
    return this.get(id)
  }

  /** What a person may change of the own account. */
  async changeProfile(id: string, { display_name, language }: Profile, by: Caller | null = null): Promise<User> {
    const row = await this.#row(id)
    const values = { ...(display_name !== undefined && { display_name }), ...(language !== undefined && { language }) }
    const what = changesOf(toldOf(row), toldOf({ ...row, ...values }))
    await this.#told(by, row, { action: 'updated', ...what }).users.update(id, this.#stamped(values))
    this.forget(id)
    return this.get(id)
  }

  /** A user's own change: needs the old password, ends all other sessions, and clears `must_change_password`. */
  async changePassword(
    id: string,
    { current, next }: { current: string; next: string },
    by: Caller | null = null,
  ): Promise<User> {
    const row = await this.#row(id)
    refuseForeignPassword(row, 'current_password')
    if (!(await this.#options.hasher.verify(row.password_hash || null, current))) {
      throw invalid([{ path: 'current_password', message: say`is not the password of this account.` }])
    }
    const errors = passwordErrors(next, this.#options.passwordMinLength, row.username, 'new_password')
    if (current === next) errors.push({ path: 'new_password', message: say`must differ from the current password.` })
    if (errors.length > 0) throw invalid(errors)
    return this.update(id, { password: next, must_change_password: false }, by)
  }

  /** With all that is the user's. Throws `conflict` for the last administrator. */
  async remove(id: string, by: Caller | null = null): Promise<void> {
    const row = await this.#row(id)
    const { users } = this.#told(by, row, { action: 'deleted', before: toldOf(row) })
    if (!(await users.removeUnlessLast(id))) throw lastAdministrator()
    this.forget(id)
    this.#options.onTokensEnded()
  }

  /** Reads the account anew, which something else has changed. */
  forget(id: string): void {
    this.#cache.forget(id)
  }

  /** Throws `invalid` for another password than the user's. */
  async confirmPassword(id: string, password: string): Promise<void> {
    const row = await this.#row(id)
    refuseForeignPassword(row, 'password')
    if (await this.#options.hasher.verify(row.password_hash || null, password)) return
    throw invalid([{ path: 'password', message: say`is not the password of this account.` }])
  }

  /** Ends every session, access token and API token of the user. */
  async endSessions(id: string, by: Caller | null = null): Promise<void> {
    const row = await this.#row(id)
    const { users } = this.#told(by, row, { action: 'sessions ended' })
    await users.update(id, this.#stamped({ session_epoch: row.session_epoch + 1 }))
    this.forget(id)
    await this.#options.store.sessions.removeOfUser(id)
    await this.#endTokens(id)
  }

  /** They were made with what has ended. Not the server's own, which no password opens. */
  async #endTokens(id: string): Promise<void> {
    await this.#options.store.tokens.revokeOfUser(id, this.#options.clock.now())
    this.#options.onTokensEnded()
  }

  async noteLogin(id: string): Promise<void> {
    await this.#write(id, { last_login_at: this.#options.clock.now() })
  }

  get #users() {
    return this.#options.store.users
  }

  /** The store for one write that the audit tells of, where somebody asked for it. */
  #told(
    by: Caller | null,
    { id, username, tenant_id: tenantId }: UserRow,
    done: Omit<Audited, 'kind' | 'id'>,
  ): AuditedStore {
    const { store, clock } = this.#options
    if (by === null) return store
    return store.audited(drafted(by, { kind: 'user', id, name: username, tenantId, ...done }, clock.now()))
  }

  async #row(id: string): Promise<UserRow> {
    const row = await this.#users.byId(id)
    if (row === undefined) throw notFound('user', id)
    return row
  }

  async #write(id: string, values: Partial<UserRow>): Promise<void> {
    await this.#users.update(id, this.#stamped(values))
    this.#cache.forget(id)
  }

  #stamped(values: Partial<UserRow>): Partial<UserRow> {
    return { ...values, updated_at: this.#options.clock.now() }
  }

  #checkPassword(password: string, username: string): void {
    const errors: FieldError[] = passwordErrors(password, this.#options.passwordMinLength, username)
    if (errors.length > 0) throw invalid(errors)
  }

  async #newRow(input: NewUser): Promise<UserRow> {
    const now = this.#options.clock.now()
    const { tenantId = null } = input
    return {
      id: this.#options.newId(),
      tenant_id: tenantId,
      username: input.username,
      username_key: keyIn(tenantId, usernameKey(input.username)),
      display_name: input.display_name ?? input.username,
      role: input.role ?? 'viewer',
      password_hash: input.password === undefined ? '' : await this.#options.hasher.hash(input.password),
      must_change_password: Number(input.must_change_password ?? false),
      disabled: 0,
      session_epoch: 1,
      last_login_at: null,
      created_at: now,
      updated_at: now,
      ...OF_OUR_OWN,
    }
  }
}

/** Of an account whose password we keep, as it begins. */
const OF_OUR_OWN = {
  source: null,
  issuer: null,
  subject: null,
  language: null,
  second_factor: null,
  second_factor_step: 0,
} as const

/** What the audit says of an account. */
function toldOf({ username, display_name, role, disabled, must_change_password, language, source }: UserRow) {
  return {
    username,
    display_name,
    role,
    disabled: disabled === 1,
    must_change_password: must_change_password === 1,
    language,
    source,
  }
}

/** Throws `invalid`, at `path`, for an account whose password is somebody else's. */
function refuseForeignPassword({ source }: UserRow, path: string): void {
  if (source === null) return
  throw invalid([{ path, message: say`is not kept here: this account signs in with ${source}.` }])
}

function lastAdministrator(): RotaError {
  return new RotaError('conflict', say`This is the last administrator; make another one first.`)
}

/** Names that differ only in case or in compatible forms of a letter are one name. */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase()
}

export function toUser(row: UserRow): User {
  const iso = (at: number) => new Date(at).toISOString()
  return {
    id: row.id,
    tenant_id: row.tenant_id,
    username: row.username,
    display_name: row.display_name,
    role: row.role as AccountRole,
    disabled: row.disabled === 1,
    source: row.source,
    has_password: row.password_hash !== '',
    second_factor: row.second_factor !== null,
    language: row.language as LanguageCode | null,
    must_change_password: row.must_change_password === 1,
    last_login_at: row.last_login_at === null ? null : iso(row.last_login_at),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  }
}

function nameTaken(username: string): RotaError {
  const message = say`There is already a user ${username}.`
  return new RotaError('conflict', message, [{ path: 'username', message: say`is taken.` }])
}
