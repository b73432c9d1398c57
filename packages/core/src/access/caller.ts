import { allows, type Grant, PLACED, type Place, reaches } from './grants.ts'
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
  /** What it signed in with; null for who needs nothing of the kind. */
  readonly credential: { readonly kind: 'session' | 'token'; readonly id: string } | null
  /** What the caller sees. */
  readonly scope: Scope
  /** What the caller may do wherever something lies. */
  readonly rights: Rights
  /** What it may do besides in some places. */
  readonly grants: readonly Grant[]
  /** The request for approval that it carries out, so that what it does need not be approved once more. */
  readonly approved?: string
}

/** What the scheduler does by itself. */
export const SYSTEM: Caller = {
  name: null,
  userId: null,
  requestId: null,
  address: null,
  credential: null,
  scope: EVERYTHING,
  rights: Object.fromEntries(KINDS.map((kind) => [kind, PERMISSIONS])),
  grants: [],
}

type Holder = Pick<Caller, 'rights' | 'grants'>

/**
 * Whether a caller may do something to things of a kind wherever they lie, or to the one that lies at `place`. What
 * nothing grants is denied.
 */
export function may(caller: Holder, permission: Permission, kind: Kind, place?: Place): boolean {
  if (allows(caller, permission, kind)) return true
  if (place === undefined) return false
  return caller.grants.some((grant) => allows(grant, permission, kind) && reaches(grant.reach, place))
}

/** Whether there is any place where a caller may do something; what lies elsewhere is to be asked for by {@link may}. */
export function maySomewhere(caller: Holder, permission: Permission, kind: Kind): boolean {
  return allows(caller, permission, kind) || caller.grants.some((grant) => allows(grant, permission, kind))
}

/**
 * Whether a caller has what something needs to be begun: of things that lie in groups, in some place; whoever reads the
 * thing asks again for that one.
 */
export function meets(caller: Holder, need: Need): boolean {
  return PLACED.has(need.on) || need.anywhere ? maySomewhere(caller, need.may, need.on) : may(caller, need.may, need.on)
}
