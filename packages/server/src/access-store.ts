/**
 * What signing in needs to keep. Rows are as stored: instants in epoch ms, booleans as 0 and 1; the migration
 * `access` says what each column means. Every method is one statement, so that none can be caught half-way.
 */
export interface AccessStore {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly tokens: ApiTokenStore
  readonly requestKeys: RequestKeyStore
  readonly settings: SettingStore
}

export interface UserRow {
  id: string
  tenant_id: string | null
  username: string
  username_key: string
  display_name: string
  role: string
  password_hash: string
  must_change_password: number
  disabled: number
  session_epoch: number
  last_login_at: number | null
  created_at: number
  updated_at: number
}

export interface UserStore {
  byId(id: string): Promise<UserRow | undefined>
  byKey(usernameKey: string): Promise<UserRow | undefined>
  list(offset: number, limit: number): Promise<{ total: number; rows: UserRow[] }>
  isEmpty(): Promise<boolean>
  /** False when the name is taken. */
  insert(row: UserRow): Promise<boolean>
  /** False when there is any user already. */
  insertFirst(row: UserRow): Promise<boolean>
  update(id: string, values: Partial<UserRow>): Promise<void>
  remove(id: string): Promise<void>
  /** An enabled administrator other than `id`, the oldest first. */
  adminExcept(id: string): Promise<UserRow | undefined>
}

export interface SessionRow {
  id: string
  user_id: string
  refresh_hash: string
  previous_hash: string | null
  created_at: number
  refreshed_at: number
  expires_at: number
}

export interface SessionStore {
  insert(row: SessionRow): Promise<void>
  /** Puts `nextHash` in the place of `hash` if that is the current one; answers the user, or null. */
  rotate(change: { id: string; hash: string; nextHash: string; now: number; expiresAt: number }): Promise<string | null>
  /** Ends the session if `hash` is the one before the current. */
  endReused(id: string, hash: string): Promise<void>
  expiresAt(id: string): Promise<number | undefined>
  remove(id: string): Promise<void>
  removeOfUser(userId: string): Promise<void>
  removeExpired(now: number): Promise<void>
  /** Ends all but the `keep` last refreshed ones of a user. */
  trim(userId: string, keep: number): Promise<void>
}

export interface ApiTokenRow {
  id: string
  user_id: string
  tenant_id: string | null
  name: string
  secret_hash: string
  scopes: string
  created_at: number
  expires_at: number | null
  last_used_at: number | null
  revoked_at: number | null
}

export type OwnedTokenRow = ApiTokenRow & { username: string }

export interface ApiTokenStore {
  byId(id: string): Promise<OwnedTokenRow | undefined>
  insert(row: ApiTokenRow): Promise<void>
  /** Newest first; `userId` null lists all. */
  list(userId: string | null, offset: number, limit: number): Promise<{ total: number; rows: OwnedTokenRow[] }>
  countActive(userId: string): Promise<number>
  revoke(id: string, now: number): Promise<void>
  noteUse(id: string, now: number): Promise<void>
  remove(id: string): Promise<void>
  removeOfUser(userId: string): Promise<void>
}

export interface RequestKeyRow {
  scope: string
  key: string
  digest: string
  status: number | null
  reply: string | null
  created_at: number
}

export interface RequestKeyStore {
  /** False when the key is there already. */
  insert(row: RequestKeyRow): Promise<boolean>
  get(scope: string, key: string): Promise<RequestKeyRow | undefined>
  finish(scope: string, key: string, status: number, reply: string): Promise<void>
  remove(scope: string, key: string): Promise<void>
  removeBefore(instant: number): Promise<void>
}

export interface SettingStore {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
}
