import type { GrantRow } from './grant-store.ts'
import type { UserRow } from './user-row.ts'

/**
 * What other ways to sign in keep. Rows are as stored; the migration `sign_in` says what each column means. What a
 * method writes is one transaction.
 */
export interface SignInStore {
  readonly invitations: InvitationStore
  readonly secondFactors: SecondFactorStore
  readonly external: ExternalAccountStore
}

export interface InvitationRow {
  user_id: string
  token_hash: string
  created_at: number
  created_by: string | null
  expires_at: number
}

export interface InvitationStore {
  /** Ends an earlier one of the same account. */
  put(row: InvitationRow): Promise<void>
  /** One that has not expired, of an account that is not disabled. */
  byHash(hash: string, now: number): Promise<InvitationRow | undefined>
  /**
   * Uses an invitation up, with what that writes into its account; false when it is used, replaced or expired. Of
   * several at once one succeeds.
   */
  accept(invitation: InvitationRow, now: number, values: Partial<UserRow>): Promise<boolean>
}

export interface SecondFactorStore {
  /** Puts a sealed secret and recovery codes in the place of earlier ones. */
  enable(userId: string, factor: { sealed: string; step: number; codeHashes: readonly string[] }): Promise<void>
  /** Takes away the secret and all codes. */
  disable(userId: string): Promise<void>
  /** False when that step or a later one was taken before. */
  takeStep(userId: string, step: number): Promise<boolean>
  /** Uses a recovery code up; false when there is no such. */
  takeCode(userId: string, hash: string): Promise<boolean>
  replaceCodes(userId: string, codeHashes: readonly string[]): Promise<void>
  countCodes(userId: string): Promise<number>
}

/** Sessions that somebody else vouched for. */
export interface ProviderSessions {
  source: string
  /** The provider's own; null for all of the user's. */
  providerSession: string | null
  userId: string | null
}

export interface ExternalAccountStore {
  byIdentity(issuer: string, subject: string): Promise<UserRow | undefined>
  /** False when the name is taken, or there is an account for that issuer and subject. */
  insert(row: UserRow): Promise<boolean>
  /** What a source gives, by role and place. */
  grantsOf(userId: string, source: string): Promise<Pick<GrantRow, 'role' | 'scope_kind' | 'scope_id'>[]>
  /** What a source gives from now on; what others gave stays. */
  replaceGrants(userId: string, source: string, rows: readonly GrantRow[]): Promise<void>
  /** Answers the ids of those that were ended. */
  endSessions(which: ProviderSessions): Promise<string[]>
  /** False for a key that was used before. */
  useOnce(key: string, expiresAt: number, now: number): Promise<boolean>
}
