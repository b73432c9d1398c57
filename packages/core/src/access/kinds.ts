/**
 * What somebody may do. `view` reads, `execute` runs and stops, `edit` makes and changes, `delete` removes, `manage`
 * decides about others and about the whole, `use` names something in work of one's own without reading it.
 */
export const PERMISSIONS = ['view', 'execute', 'edit', 'delete', 'manage', 'use'] as const
export type Permission = (typeof PERMISSIONS)[number]

/** Each may whatever the ones before it may. */
export const ROLES = ['viewer', 'operator', 'editor', 'admin'] as const
export type Role = (typeof ROLES)[number]

/**
 * Each kind of thing with what may be done to it, and by which role and those above. The only place that knows; routes
 * name what they need, never a role. Executions, their logs and their figures belong to tasks, servers are nodes.
 */
export const ALLOWED_FROM = {
  task: { view: 'viewer', execute: 'operator', edit: 'editor', delete: 'editor', manage: 'admin' },
  group: { view: 'viewer' },
  node: { view: 'viewer', manage: 'admin' },
  pool: { view: 'viewer', use: 'operator', manage: 'admin' },
  device: {},
  calendar: {},
  template: {},
  channel: {},
  secret: { use: 'operator', manage: 'admin' },
  user: { view: 'viewer', manage: 'admin' },
  token: { manage: 'admin' },
  configuration: { manage: 'admin' },
  audit: { manage: 'admin' },
  tenant: { view: 'viewer', manage: 'admin' },
} as const satisfies Readonly<Record<string, Partial<Record<Permission, Role>>>>

export type Kind = keyof typeof ALLOWED_FROM
export const KINDS = Object.keys(ALLOWED_FROM) as readonly Kind[]

/** What all tenants share: nobody who belongs to one has any right to it, whatever role or grant would say so. */
export const ABOVE_TENANTS: ReadonlySet<Kind> = new Set<Kind>(['configuration', 'tenant'])
