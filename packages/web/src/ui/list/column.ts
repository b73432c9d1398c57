import type { ReactNode } from 'react'

/** A column of any table. */
export interface Column<Row> {
  id: string
  header: string
  cell: (row: Row) => ReactNode
  /** CSS grid track: `120px`, `minmax(200px, 2fr)`. */
  width: string
  /** Numbers stand at the right. */
  align?: 'right'
  /** The API's name of this order; without it the column cannot be sorted by. */
  sort?: string
}
