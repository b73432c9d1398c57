import type { AuditDraft, Scope } from '@rota/core'

/** A value as it is kept: under a key of its own, which is under a key that is not kept with it. */
export interface Envelope {
  /** The master key. */
  key_id: string
  /** The value's own key, under the master key. */
  wrapped: string
  /** The value, under its own key. */
  sealed: string
}

export interface SecretRow {
  id: string
  tenant_id: string | null
  name: string
  description: string
  version: number
  created_at: number
  created_by: string | null
  updated_at: number
  updated_by: string | null
}

export interface VersionRow extends Envelope {
  secret_id: string
  version: number
  created_at: number
  created_by: string | null
}

/** What a key has sealed once, by which it is known again. */
export interface KeyRow {
  id: string
  canary: string
  created_at: number
}

/** A secret with the key that its present version is under. */
export type KnownSecret = SecretRow & { key_id: string | null }
/** One version of a secret, as an attempt needs it; `current` is the version that is used. */
export type KeptVersion = Pick<SecretRow, 'id' | 'tenant_id' | 'name'> & VersionRow & { current: number }

/** A task that refers to a secret. */
export interface SecretUser {
  id: string
  name: string
  group: string | null
  tenantId: string | null
  isEnabled: boolean
}

/** What secrets are kept in. Each change is one transaction with the entry of the audit that tells of it. */
export interface SecretStore {
  list(scope: Scope, page: { offset: number; limit: number }): Promise<{ total: number; rows: KnownSecret[] }>
  /** By its id, else by its name among those of the scope's own tenant. */
  find(scope: Scope, key: string): Promise<KnownSecret | undefined>
  /** False when the name is taken. */
  insert(row: SecretRow, version: VersionRow, entry: AuditDraft): Promise<boolean>
  /** A new version; false when somebody else has made one meanwhile. */
  addVersion(row: SecretRow, version: VersionRow, entry: AuditDraft): Promise<boolean>
  describe(row: SecretRow, entry: AuditDraft): Promise<boolean>
  remove(id: string, entry: AuditDraft): Promise<boolean>
  /** The names of a tenant that are among these. */
  names(tenantId: string | null, names: readonly string[]): Promise<string[]>
  /** All versions of some secrets of the tenant that an execution belongs to. */
  versionsFor(executionId: string, names: readonly string[]): Promise<KeptVersion[]>
  /** The tasks that refer to each of some secrets, by the id of the secret. */
  usersOf(secrets: readonly Pick<SecretRow, 'id' | 'name' | 'tenant_id'>[]): Promise<Map<string, SecretUser[]>>
  /** How many versions there are under each key. */
  keysInUse(): Promise<Map<string, number>>
  /** Some versions that are under other keys than this one, in a fixed order, behind `after`. */
  underOtherKeys(
    keyId: string,
    after: Pick<VersionRow, 'secret_id' | 'version'> | null,
    most: number,
  ): Promise<(VersionRow & Pick<SecretRow, 'tenant_id'>)[]>
  /** Puts one version under another key, unless somebody has done so. */
  rewrap(row: VersionRow, next: Pick<VersionRow, 'key_id' | 'wrapped'>): Promise<void>
  keys(): Promise<KeyRow[]>
  /** Does nothing when it is known. */
  addKey(row: KeyRow): Promise<void>
}
