import { type Scope, tenantOf } from '@rota/core'
import { type RawBuilder, sql } from 'kysely'

/** The condition that leaves the rows that somebody sees, of tables that no grant reaches row by row. */
export function seenRows(scope: Scope, column: string): RawBuilder<boolean> {
  const tenantId = tenantOf(scope)
  return tenantId === null ? sql<boolean>`1 = 1` : ofTenant(tenantId, column)
}

/** The condition that leaves the rows of exactly one tenant, or of none. */
export function ofTenant(tenantId: string | null, column: string): RawBuilder<boolean> {
  return tenantId === null ? sql<boolean>`${sql.ref(column)} is null` : sql<boolean>`${sql.ref(column)} = ${tenantId}`
}
