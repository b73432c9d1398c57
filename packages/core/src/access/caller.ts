import { KINDS, type Kind, PERMISSIONS, type Permission } from './kinds.ts'
import type { Need, Rights } from './permissions.ts'
import { EVERYTHING, type Scope } from './scope.ts'

/** On whose behalf something is done. */
export interface Caller {
  /** Shown in `created_by`, `requested_by` and the audit: a user name, `token:NAME`, or null for the scheduler itself. */
  readonly name: string | null
  /** Null for who has no account: the scheduler, and programs that use it as a library. */
  readonly userId: string | null
  /** The request that it came with and the address that it came from; null for what no request asked for. */
  readonly requestId: string | null
  readonly address: string | null
  /** What the caller sees. */
  readonly scope: Scope
  /** What the caller may do to what it sees. */
  readonly rights: Rights
}

/** What the scheduler does by itself. */
export const SYSTEM: Caller = {
  name: null,
  userId: null,
  requestId: null,
  address: null,
  scope: EVERYTHING,
  rights: Object.fromEntries(KINDS.map((kind) => [kind, PERMISSIONS])),
}

/** Whether a caller may do something to things of a kind. What nothing grants is denied. */
export function may(caller: Pick<Caller, 'rights'>, permission: Permission, kind: Kind): boolean {
  return caller.rights[kind]?.includes(permission) ?? false
}

/** Whether a caller has what something needs. */
export function meets(caller: Pick<Caller, 'rights'>, need: Need): boolean {
  return may(caller, need.may, need.on)
}
