/**
 * Which rows somebody sees. Nothing means "all" by being absent or null: whoever sees all says so. The store turns a
 * scope into conditions in one file (`store/queries/scope.ts`).
 */
export type Scope = { readonly kind: 'all' } | { readonly kind: 'tenant'; readonly tenantId: string }

export const EVERYTHING: Scope = { kind: 'all' }

/** The tenant of what is made within a scope; null where that belongs to none. */
export function tenantOf(scope: Scope): string | null {
  switch (scope.kind) {
    case 'all':
      return null
    case 'tenant':
      return scope.tenantId
  }
}

/** Whether a scope holds a row that has been read. Lists ask the store, so that counts and pages are right. */
export function isWithin(scope: Scope, row: { readonly tenantId: string | null }): boolean {
  switch (scope.kind) {
    case 'all':
      return true
    case 'tenant':
      return row.tenantId === scope.tenantId
  }
}
