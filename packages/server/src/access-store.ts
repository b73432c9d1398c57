import type { AuditDraft, Scope } from '@rota/core'
import type { GrantStore } from './grant-store.ts'
import type { SignInStore } from './sign-in-store.ts'
import type { TenantStore } from './tenant-store.ts'
import type { UserRow } from './user-row.ts'

export type { UserRow } from './user-row.ts'

/**
 * What signing in needs to keep. Rows are as stored: instants in epoch ms, booleans as 0 and 1; the migration
 * `access` says what each column means. What a method writes is one statement, so that none can be caught half-way.
 */
export interface AccessStore extends AuditedStore {
  /**
   * The same for one write, with which entries of the audit are written that tell of it, in the same transaction. Where it
   * writes nothing, neither are they.
   */
  audited(...drafts: AuditDraft[]): AuditedStore
  readonly sessions: SessionStore
  readonly requestKeys: RequestKeyStore
  readonly places: SignInPlaceStore
  readonly settings: SettingStore
}

/** What the audit tells changes of. */
export interface AuditedStore extends GrantStore, SignInStore {
  readonly users: UserStore
  readonly tokens: ApiTokenStore
  readonly tenants: TenantStore
}

export interface UserStore {
  byId(id: string): Promise<UserRow | undefined>
  byKey(usernameKey: string): Promise<UserRow | undefined>
  list(scope: Scope, offset: number, limit: number): Promise<{ total: number; rows: UserRow[] }>
  isEmpty(): Promise<boolean>
  /** False when the name is taken. */
  insert(row: UserRow): Promise<boolean>
  /** False when there is any user already. */
  insertFirst(row: UserRow): Promise<boolean>
  update(id: string, values: Partial<UserRow>): Promise<void>
  /**
   * The same, but false, and nothing written, where no enabled administrator above all tenants who can sign in would be left. Also of
   * several that each would leave another, one is refused.
   */
  updateUnlessLast(id: string, values: Partial<UserRow>): Promise<boolean>
  /** Removes an account with all that is its own; false as {@link updateUnlessLast}. */
  removeUnlessLast(id: string): Promise<boolean>
  /** Enabled administrators of a tenant, or of none, the oldest first. */
  admins(tenantId: string | null, limit: number): Promise<UserRow[]>
  /** An enabled administrator, above all tenants, other than `id`, the oldest first. */
  adminExcept(id: string): Promise<UserRow | undefined>
}

export interface SessionRow {
  id: string
  user_id: string
  /** 1 for a browser's, whose credential is a cookie; 0 for one with access and refresh tokens. */
  in_cookie: number
  refresh_hash: string
  previous_hash: string | null
  created_at: number
  refreshed_at: number
  expires_at: number
  confirmed_at: number | null
  user_epoch: number
  address: string | null
  user_agent: string | null
  /** Who vouched for the user; null for Rota itself. */
  source: string | null
  provider_session: string | null
}

/** Puts `nextHash` in the place of `hash`, if that is still the current one. */
export interface SecretChange {
  id: string
  hash: string
  nextHash: string
  /** What counts as the secret before; usually `hash`. */
  previousHash: string
  inCookie: number
  now: number
  expiresAt: number
}

export interface SessionStore {
  insert(row: SessionRow): Promise<void>
  /** Answers the user, or null when `hash` was not the current one. */
  rotate(change: SecretChange): Promise<string | null>
  /** Notes that the owner has shown the current secret. */
  confirm(id: string, hash: string, now: number): Promise<void>
  /** Ends the session if `hash` is the one before the current. */
  endReused(id: string, hash: string): Promise<void>
  byId(id: string): Promise<SessionRow | undefined>
  /** Those in force, the last refreshed first. */
  ofUser(userId: string, now: number): Promise<SessionRow[]>
  remove(id: string): Promise<void>
  removeOfUser(userId: string): Promise<void>
  /** All of a user but one; answers their ids. */
  removeOthers(userId: string, keptId: string): Promise<string[]>
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
  /** The token that made it; null for a person, {@link MADE_BY_SERVER} for the server. */
  made_by: string | null
  /** JSON array of addresses and ranges that it is taken from; null for anywhere. */
  addresses: string | null
  /** 1: it holds only what is granted to it. */
  grants_only: number
}

/** The maker of a server's own token, which ends with the server and with nothing else. */
export const MADE_BY_SERVER = 'server'

/** With whose it is. */
export type OwnedTokenRow = ApiTokenRow & { username: string; owner_tenant_id: string | null }

export interface ApiTokenStore {
  byId(id: string): Promise<OwnedTokenRow | undefined>
  insert(row: ApiTokenRow): Promise<void>
  /** Newest first, of one user or of all that a scope holds. */
  list(
    owners: { userId: string } | { scope: Scope },
    offset: number,
    limit: number,
  ): Promise<{ total: number; rows: OwnedTokenRow[] }>
  /** Neither revoked nor expired. */
  countActive(userId: string, now: number): Promise<number>
  revoke(ids: readonly string[], now: number): Promise<void>
  /** Ids of those that were made by any of these. */
  madeBy(ids: readonly string[]): Promise<string[]>
  /** All of the user's but the server's own. */
  revokeOfUser(userId: string, now: number): Promise<void>
  noteUse(id: string, now: number): Promise<void>
  /** What one token has made ends with another from now on. */
  handOver(id: string, nextId: string): Promise<void>
  /** Ends it then, unless it ends before. */
  endBy(id: string, instant: number): Promise<void>
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
  /** Makes an unfinished request begin anew at `now`; false when somebody else did, or it is finished. */
  takeOver(scope: string, key: string, begunAt: number, now: number): Promise<boolean>
  finish(scope: string, key: string, status: number, reply: string): Promise<void>
  remove(scope: string, key: string): Promise<void>
  removeBefore(instant: number): Promise<void>
}

/** Addresses, as limits count them, that users have signed in from. */
export interface SignInPlaceStore {
  /** Null for a place that the user has not signed in from. */
  lastUse(userId: string, place: string): Promise<number | null>
  note(userId: string, place: string, now: number): Promise<void>
  /** Forgets all but the `keep` last used ones of a user. */
  trim(userId: string, keep: number): Promise<void>
  removeOfUser(userId: string): Promise<void>
}

export interface SettingStore {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
  /** Sets it unless it is set; answers what it is then. Safe when several try at once. */
  setFirst(key: string, value: string): Promise<string>
  remove(key: string): Promise<void>
}
