import { isInGroup, topmost } from './groups.ts'
import type { Kind, Permission } from './kinds.ts'
import { type Rights, shared, union } from './permissions.ts'
import type { Scope } from './scope.ts'

/** Where a grant holds. A group stands for itself and for all groups below it; a task is known with the group it lies in. */
export type Reach =
  | { readonly kind: 'global' }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'task'; readonly taskId: string; readonly group: string | null }

/** What somebody is allowed in one place. Grants add up; none takes anything away. */
export interface Grant {
  readonly id: string
  /** The name of the role that is given, for explanations. */
  readonly role: string
  readonly rights: Rights
  readonly reach: Reach
  /** From this instant on it counts for nothing; null for one without an end. */
  readonly expiresAt: number | null
}

/** Where a thing lies that a grant may reach. A task that is to be made has no id yet. */
export interface Place {
  readonly id: string | null
  readonly group: string | null
}

/** What lies in groups, so that it can be granted apart from the rest. All other kinds are granted as a whole. */
export const PLACED: ReadonlySet<Kind> = new Set<Kind>(['task', 'group'])

/** Whether a grant of this reach holds for a thing. */
export function reaches(reach: Reach, place: Place): boolean {
  switch (reach.kind) {
    case 'global':
      return true
    case 'group':
      return isInGroup(place.group, reach.group)
    case 'task':
      return place.id === reach.taskId
  }
}

/** Whether something that may have an end counts yet. The instant of its end is the first at which it does not. */
export function isInForce({ expiresAt }: Pick<Grant, 'expiresAt'>, now: number): boolean {
  return expiresAt === null || expiresAt > now
}

/** When the first of some grants ends; null where none has an end. */
export function firstEnd(grants: readonly Pick<Grant, 'expiresAt'>[]): number | null {
  return grants.reduce<number | null>((first, { expiresAt }) => earlier(first, expiresAt), null)
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}

/**
 * Of what is granted what somebody else holds, too: each grant where both hold, for as long as both do. So a token that is
 * granted something never has more than whose it is.
 */
export function heldByBoth(granted: readonly Grant[], held: readonly Grant[]): Grant[] {
  return granted.flatMap((grant) =>
    held.flatMap((other) => {
      const reach = overlap(grant.reach, other.reach)
      const rights = shared(grant.rights, other.rights)
      if (reach === null || Object.keys(rights).length === 0) return []
      return [{ ...grant, rights, reach, expiresAt: earlier(grant.expiresAt, other.expiresAt) }]
    }),
  )
}

/** Where two reaches hold, both; null for nowhere. Of two groups, or a group and a task, one lies in the other, or nothing does. */
function overlap(one: Reach, other: Reach): Reach | null {
  if (one.kind === 'global') return other
  if (other.kind === 'global') return one
  if (one.kind === 'task' && other.kind === 'task') return one.taskId === other.taskId ? one : null
  if (other.kind === 'group' && isInGroup(one.group, other.group)) return one
  return one.kind === 'group' && isInGroup(other.group, one.group) ? other : null
}

/** What a holder may do in one place or another. */
export function rightsSomewhere({ rights, grants }: { rights: Rights; grants: readonly Grant[] }): Rights {
  return union([rights, ...grants.map((grant) => grant.rights)])
}

/** Whether rights of a grant hold a permission on a kind. */
export function allows({ rights }: Pick<Grant, 'rights'>, permission: Permission, kind: Kind): boolean {
  return rights[kind]?.includes(permission) ?? false
}

/**
 * What somebody sees who may view tasks where these grants hold, within a tenant or (null) outside of any. Groups below
 * others that are granted, too, are left out.
 */
export function scopeOfGrants(grants: readonly Grant[], tenantId: string | null): Scope {
  const viewing = grants.filter((grant) => allows(grant, 'view', 'task'))
  const reached = viewing.map(({ reach }) => reach)
  if (reached.some(({ kind }) => kind === 'global'))
    return tenantId === null ? { kind: 'all' } : { kind: 'tenant', tenantId }
  const groups = new Set(reached.flatMap((reach) => (reach.kind === 'group' ? [reach.group] : [])))
  const tasks = new Set(reached.flatMap((reach) => (reach.kind === 'task' ? [reach.taskId] : [])))
  return { kind: 'granted', tenantId, groups: topmost([...groups]), tasks: [...tasks].sort() }
}
