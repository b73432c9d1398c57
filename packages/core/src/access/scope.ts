import { isInGroup } from './groups.ts'

/**
 * Which rows somebody sees. Nothing means "all" by being absent or null: whoever sees all says so. The store turns a
 * scope into conditions in one file (`store/queries/scope.ts`).
 */
export type Scope = { readonly kind: 'all' } | { readonly kind: 'tenant'; readonly tenantId: string } | GrantedScope

/**
 * The tasks of some groups, and of all below those, and some tasks; what hangs on them comes with them. Of a tenant, or
 * (null) whosever they are.
 */
export interface GrantedScope {
  readonly kind: 'granted'
  readonly tenantId: string | null
  readonly groups: readonly string[]
  readonly tasks: readonly string[]
}

export const EVERYTHING: Scope = { kind: 'all' }

/** The tenant of what is made within a scope; null where that belongs to none. */
export function tenantOf(scope: Scope): string | null {
  switch (scope.kind) {
    case 'all':
      return null
    case 'tenant':
    case 'granted':
      return scope.tenantId
  }
}

/** What of a scope lies in one tenant. Asked for of callers above tenants, and of those who belong to that one. */
export function scopeWithin(scope: Scope, tenantId: string): Scope {
  switch (scope.kind) {
    case 'all':
    case 'tenant':
      return { kind: 'tenant', tenantId }
    case 'granted':
      return { ...scope, tenantId }
  }
}

/** A task, or the task that something hangs on. Both null for what hangs on none. */
export interface OwnedRow {
  readonly tenantId: string | null
  readonly id: string | null
  readonly group: string | null
}

/** Whether a scope holds a row that has been read. Lists ask the store, so that counts and pages are right. */
export function isWithin(scope: Scope, row: OwnedRow): boolean {
  switch (scope.kind) {
    case 'all':
      return true
    case 'tenant':
      return row.tenantId === scope.tenantId
    case 'granted': {
      if (scope.tenantId !== null && row.tenantId !== scope.tenantId) return false
      return (
        scope.groups.some((group) => isInGroup(row.group, group)) || (row.id !== null && scope.tasks.includes(row.id))
      )
    }
  }
}
