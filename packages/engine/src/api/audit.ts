import type { AuditDraft, Caller, Json, SealedEntry } from '@rota/core'
import type { Page, PageOf } from './page.ts'

export interface AuditFilter extends Page {
  kind?: string
  /** Id or name of what it was done to. */
  subject?: string
  /** Name or id of who did it. */
  actor?: string
  action?: string
  outcome?: AuditDraft['outcome']
  address?: string
  request_id?: string
  /** Found in the names of who did it and of what it was done to, or in what was done. */
  q?: string
  /** ISO instants: from inclusive, to exclusive. */
  from?: string
  to?: string
  /** Default: the latest first. */
  oldest_first?: boolean
}

/** What was done, by whom, from where; instants in ISO 8601. */
export interface AuditView {
  /** Its number in the chain; null for a moment after it was written. */
  seq: number | null
  at: string
  tenant_id: string | null
  /** A user name or `token:NAME`; null for the scheduler itself. */
  actor: string | null
  user_id: string | null
  /** `session:ID` or `token:ID`. */
  credential: string | null
  address: string | null
  request_id: string | null
  kind: string
  subject_id: string | null
  subject_name: string | null
  action: string
  outcome: AuditDraft['outcome']
  /** The fields that a change was about, as they were and as they are. */
  before: Json
  after: Json
  /** What else is to be known. */
  detail: Json
  /** The payload exactly as its hash was made of it; null where there is none, or it was removed. */
  payload: string | null
  payload_hash: string | null
  hash: string | null
}

/** What was done. Changes write their own entries, in their own transaction. */
export interface Audit {
  /** Writes an entry of what changes nothing that is kept, such as a sign-in or a refusal. */
  record(draft: AuditDraft): Promise<void>
  /** Latest first. Throws `invalid` for an instant that cannot be read. */
  list(caller: Caller, filter: AuditFilter): Promise<PageOf<AuditView>>
  /** Sealed entries behind a number, in order. */
  chain(after: number, most: number): Promise<SealedEntry[]>
  /** The last sealed entry; null when there is none. */
  last(): Promise<Pick<SealedEntry, 'seq' | 'hash' | 'at'> | null>
  /** Removes entries before a number; answers how many. Whoever calls it holds a checkpoint of that one. */
  prune(before: number): Promise<number>
}
