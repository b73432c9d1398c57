import type { AuditDraft, Scope, SealedEntry } from '@rota/core'
import type { Paged, PageRequest } from './queries.ts'

/** An entry as it is listed; one that was written a moment ago has no place in the chain yet. */
export interface AuditRecord extends AuditDraft {
  seq: number | null
  payloadHash: string | null
  hash: string | null
}

export interface AuditQuery extends PageRequest {
  kind?: string | undefined
  /** Id or name of what it was done to. */
  subject?: string | undefined
  /** Name or id of who did it. */
  actor?: string | undefined
  action?: string | undefined
  outcome?: AuditDraft['outcome'] | undefined
  address?: string | undefined
  requestId?: string | undefined
  /** Found in actor, subject's name or action. */
  q?: string | undefined
  /** Epoch ms: from inclusive, to exclusive. */
  from?: number | undefined
  to?: number | undefined
  oldestFirst?: boolean | undefined
}

/** What was done, by whom. Changes write their entries themselves, in their own transaction; here is the rest. */
export interface AuditStore {
  /** Writes entries of what changes nothing that is kept, such as a refusal. */
  add(drafts: readonly AuditDraft[]): Promise<void>
  /** Seals the oldest unsealed entries; answers how many: none where another is at it, or where none is left unsealed. */
  seal(most: number): Promise<number>
  /** Latest first. Of a tenant's scope what belongs to that tenant. */
  list(query: AuditQuery, scope: Scope): Promise<Paged<AuditRecord>>
  /** Sealed entries behind a number, in order. */
  chain(after: number, most: number): Promise<SealedEntry[]>
  last(): Promise<Pick<SealedEntry, 'seq' | 'hash' | 'at'> | null>
  /** Removes the oldest entries before a number, as many as given; answers how many. */
  prune(before: number, most: number): Promise<number>
}
