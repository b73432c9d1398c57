import { label } from '@rota/core'
import type { Column } from './table.ts'

/** The column that says whose each row is, where rows of several tenants, or of one and of none, stand in one table. */
export function whose<Row extends { tenant_id: string | null }>(rows: readonly Row[]): Column<Row>[] {
  const tenants = new Set(rows.map(({ tenant_id }) => tenant_id))
  return tenants.size < 2 ? [] : [{ title: label('TENANT'), value: ({ tenant_id }) => tenant_id ?? '' }]
}
