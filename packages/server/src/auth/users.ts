import { type Clock, type FieldError, invalid, notFound, RotaError, type Scope, say } from '@rota/core'
import type { AccountRole, User } from '@rota/protocol'
import type { AccessStore, UserRow } from '../access-store.ts'
import { isSeen, keyIn, splitSignInName } from '../tenancy.ts'
import type { KnownCallers } from './known-callers.ts'
import { type PasswordHasher, passwordErrors } from './passwords.ts'
import { ShortCache } from './short-cache.ts'

export interface NewUser {
  username: string
  password: string
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
  async create(input: NewUser): Promise<User> {
    this.#checkPassword(input.password, input.username)
    const row = await this.#newRow(input)
    if (!(await this.#users.insert(row))) throw nameTaken(input.username)
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

  /** Throws `conflict` when the last administrator above all tenants would lose the role. */
  async update(id: string, changes: UserChanges): Promise<User> {
    const row = await this.#row(id)
    if (changes.password !== undefined) this.#checkPassword(changes.password, row.username)
    const staysAdmin = (changes.role ?? row.role) === 'admin' && !(changes.disabled ?? row.disabled === 1)
    if (isKeeper(row) && !staysAdmin) await this.#refuseLastAdmin(id)
    const endsSessions =
      changes.password !== undefined ||
      (changes.role !== undefined && changes.role !== row.role) ||
      (changes.disabled === true && row.disabled === 0)
    await this.#write(id, {
      role: changes.role ?? row.role,
      display_name: changes.display_name ?? row.display_name,
      disabled: Number(changes.disabled ?? row.disabled === 1),
      must_change_password: Number(changes.must_change_password ?? row.must_change_password === 1),
      session_epoch: row.session_epoch + (endsSessions ? 1 : 0),
      ...(changes.password !== undefined && { password_hash: await this.#options.hasher.hash(changes.password) }),
    })
    if (endsSessions) await this.#options.store.sessions.removeOfUser(id)
    if (changes.password !== undefined) await this.#endTokens(id)
    return this.get(id)
  }

  /** A user's own change: needs the old password, ends all other sessions, and clears `must_change_password`. */
  async changePassword(id: string, current: string, next: string): Promise<User> {
    const row = await this.#row(id)
    if (!(await this.#options.hasher.verify(row.password_hash, current))) {
      throw invalid([{ path: 'current_password', message: say`is not the password of this account.` }])
    }
    const errors = passwordErrors(next, this.#options.passwordMinLength, row.username, 'new_password')
    if (current === next) errors.push({ path: 'new_password', message: say`must differ from the current password.` })
    if (errors.length > 0) throw invalid(errors)
    return this.update(id, { password: next, must_change_password: false })
  }

  async remove(id: string): Promise<void> {
    const row = await this.#row(id)
    if (isKeeper(row)) await this.#refuseLastAdmin(id)
    const { users, sessions, tokens, places, grants, userGroups } = this.#options.store
    await users.remove(id)
    await sessions.removeOfUser(id)
    await tokens.removeOfUser(id)
    await places.removeOfUser(id)
    await grants.removeOfSubject('user', id)
    await userGroups.removeFromAll('user', id)
    this.#cache.forget(id)
  }

  /** Throws `invalid` for another password than the user's. */
  async confirmPassword(id: string, password: string): Promise<void> {
    const row = await this.#row(id)
    if (await this.#options.hasher.verify(row.password_hash, password)) return
    throw invalid([{ path: 'password', message: say`is not the password of this account.` }])
  }

  /** Ends every session, access token and API token of the user. */
  async endSessions(id: string): Promise<void> {
    const row = await this.#row(id)
    await this.#write(id, { session_epoch: row.session_epoch + 1 })
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

  async #row(id: string): Promise<UserRow> {
    const row = await this.#users.byId(id)
    if (row === undefined) throw notFound('user', id)
    return row
  }

  async #write(id: string, values: Partial<UserRow>): Promise<void> {
    await this.#users.update(id, { ...values, updated_at: this.#options.clock.now() })
    this.#cache.forget(id)
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
      password_hash: await this.#options.hasher.hash(input.password),
      must_change_password: Number(input.must_change_password ?? false),
      disabled: 0,
      session_epoch: 1,
      last_login_at: null,
      created_at: now,
      updated_at: now,
    }
  }

  async #refuseLastAdmin(id: string): Promise<void> {
    if ((await this.#users.adminExcept(id)) !== undefined) return
    throw new RotaError('conflict', say`This is the last administrator; make another one first.`)
  }
}

/** One of those of whom the last is not let go: a tenant that has none left gets another from above. */
function isKeeper({ role, disabled, tenant_id: tenantId }: UserRow): boolean {
  return role === 'admin' && disabled === 0 && tenantId === null
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
