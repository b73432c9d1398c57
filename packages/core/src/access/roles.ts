import { ALLOWED_FROM, KINDS, type Kind, PERMISSIONS, type Permission, ROLES, type Role } from './kinds.ts'
import type { Rights } from './permissions.ts'

/** Which role may do what on which kinds. */
export const ROLE_RIGHTS = Object.fromEntries(ROLES.map((role) => [role, rightsOf(role)])) as Readonly<
  Record<Role, Rights>
>

function rightsOf(role: Role): Rights {
  const held = KINDS.map(
    (kind) => [kind, PERMISSIONS.filter((permission) => isAllowed(role, permission, kind))] as const,
  )
  return Object.fromEntries(held.filter(([, permissions]) => permissions.length > 0))
}

function isAllowed(role: Role, permission: Permission, kind: Kind): boolean {
  const from: Partial<Record<Permission, Role>> = ALLOWED_FROM[kind]
  const lowest = from[permission]
  return lowest !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(lowest)
}

export function isRole(text: string): text is Role {
  return Object.hasOwn(ROLE_RIGHTS, text)
}
