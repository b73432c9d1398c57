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
  /** Its largest values come first when it is sorted by: what is long or late is what one looks for. */
  isLargestFirst?: boolean
  /** Where its cell stands in the two lines of a row on a phone; without it, it is not there. */
  phone?: 'first' | 'second' | 'end'
  /** Where there is no room for all columns, the one with the highest number goes first; without it a column stays. */
  yields?: number
}
