import { isInGroup } from '../access/groups.ts'
import type { Bearer, Policy } from './rules.ts'

/** Where a task lies, as far as policies ask. */
export interface PolicyPlace {
  readonly tenantId: string | null
  readonly group: string | null
}

/**
 * The policies that hold for a task. Those for roles or user groups hold for whoever saves or runs (`by`); nobody does
 * when a schedule starts it, so that they do not hold then.
 */
export function applying(policies: readonly Policy[], place: PolicyPlace, by: Bearer | null): Policy[] {
  return policies.filter((policy) => policy.enabled && holdsAt(policy, place) && holdsFor(policy, by))
}

function holdsAt({ tenantId, applies_to: { groups } }: Policy, place: PolicyPlace): boolean {
  if (tenantId !== null && tenantId !== place.tenantId) return false
  return groups.length === 0 || groups.some((group) => isInGroup(place.group, group))
}

function holdsFor({ applies_to: { roles, user_groups } }: Policy, by: Bearer | null): boolean {
  if (roles.length === 0 && user_groups.length === 0) return true
  if (by === null) return false
  const isOfRole = roles.length === 0 || roles.some((role) => by.roles.includes(role))
  return isOfRole && (user_groups.length === 0 || user_groups.some((id) => by.userGroups.includes(id)))
}

/** Whether any of the policies asks who saves or runs. */
export function asksWho(policies: readonly Policy[]): boolean {
  return policies.some(({ enabled, applies_to: { roles, user_groups } }) => {
    return enabled && (roles.length > 0 || user_groups.length > 0)
  })
}
