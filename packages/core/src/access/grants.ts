import { isInGroup, topmost } from './groups.ts'
import type { Kind, Permission } from './kinds.ts'
import { type Rights, union } from './permissions.ts'
import type { Scope } from './scope.ts'

/** Where a grant holds. A group stands for itself and for all groups below it. */
export type Reach =
  | { readonly kind: 'global' }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'task'; readonly taskId: string }

/** What somebody is allowed in one place. Grants add up; none takes anything away. */
export interface Grant {
  readonly id: string
  /** The name of the role that is given, for explanations. */
  readonly role: string
  readonly rights: Rights
  readonly reach: Reach
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
