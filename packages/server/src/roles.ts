import type { Permission, Role } from '@rota/protocol'

/**
 * Which role may do what. The only place that knows; routes name a permission, never a role.
 * `view` reads, `execute` runs and stops, `edit` makes and changes, `delete` removes, `manage` concerns users,
 * configuration and other people's tokens.
 */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ['view'],
  operator: ['view', 'execute'],
  editor: ['view', 'execute', 'edit', 'delete'],
  admin: ['view', 'execute', 'edit', 'delete', 'manage'],
}

export const ROLES = Object.keys(ROLE_PERMISSIONS) as Role[]
