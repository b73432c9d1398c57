import type { Caller } from '../access/caller.ts'
import { tenantOf } from '../access/scope.ts'
import type { Json } from '../json.ts'

/** What the audit tells of; `session` is a sign-in or its end, `request` something that was refused. */
export type AuditedKind =
  | 'task'
  | 'execution'
  | 'user'
  | 'user_group'
  | 'role'
  | 'grant'
  | 'token'
  | 'session'
  | 'secret'
  | 'policy'
  | 'approval'
  | 'tenant'
  | 'node'
  | 'pool'
  | 'join_token'
  | 'request'
  | 'audit'

/**
 * An entry of the audit as whoever changes something writes it, in the transaction of the change. It gets its number and
 * its place in the chain afterwards.
 */
export interface AuditDraft {
  /** Epoch ms. */
  readonly at: number
  /** Of the thing; null for what belongs to none. */
  readonly tenantId: string | null
  /** Who it was: the caller's name; null for the scheduler itself, and for a sign-in that did not come to an account. */
  readonly actor: string | null
  readonly userId: string | null
  /** `session:ID` or `token:ID`; null where it came with neither. */
  readonly credential: string | null
  readonly address: string | null
  readonly requestId: string | null
  readonly kind: AuditedKind
  /** What it was done to: id and name, as far as it has them. */
  readonly subjectId: string | null
  readonly subjectName: string | null
  /** What was done: `created`, `updated`, `deleted`, `signed in` … */
  readonly action: string
  readonly outcome: 'done' | 'refused'
  /** JSON: what the thing was before and is after, or what else is to be known. Without secrets. */
  readonly payload: string | null
}

/** What was done to which thing. */
export interface Audited {
  kind: AuditedKind
  id: string | null
  name?: string | null
  action: string
  outcome?: AuditDraft['outcome']
  /** Of the thing, where that is not the caller's. */
  tenantId?: string | null
  /** The parts that it is about, as they were and as they are; left out where there was nothing, or is nothing any more. */
  before?: Json | undefined
  after?: Json | undefined
  /** What else is to be known, such as why something was refused. */
  detail?: Json | undefined
}

/** Longer parts of a payload are left out, and that is said. */
const MOST_PAYLOAD = 65_536

/** The entry for what a caller does at an instant (epoch ms). */
export function drafted(caller: Caller, done: Audited, now: number): AuditDraft {
  const { kind, id, name = null, action, outcome = 'done', tenantId = tenantOf(caller.scope) } = done
  const { credential } = caller
  return {
    at: now,
    tenantId,
    actor: caller.name,
    userId: caller.userId,
    credential: credential === null ? null : `${credential.kind}:${credential.id}`,
    address: caller.address,
    requestId: caller.requestId,
    kind,
    subjectId: id,
    subjectName: name,
    action,
    outcome,
    payload: payloadOf(done),
  }
}

function payloadOf({ before, after, detail }: Audited): string | null {
  if (before === undefined && after === undefined && detail === undefined) return null
  const text = JSON.stringify({ before, after, detail })
  if (text.length <= MOST_PAYLOAD) return text
  const lengthOf = (value: Json | undefined) => (value === undefined ? undefined : JSON.stringify(value).length)
  return JSON.stringify({ left_out: { before: lengthOf(before), after: lengthOf(after), detail: lengthOf(detail) } })
}
