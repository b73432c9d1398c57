import type { Column } from './column.ts'

type SortedColumn = Pick<Column<never>, 'sort' | 'isLargestFirst'>

/** Which way a list is sorted by a column; null when it is sorted by something else. */
export function directionOf({ sort: key }: SortedColumn, sort: string | undefined): 'ascending' | 'descending' | null {
  if (key === undefined || sort === undefined) return null
  return sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : null
}

/** The order that a click on a column's header asks for: its own, then that turned round. */
export function nextSort(column: SortedColumn & { sort: string }, sort: string | undefined): string {
  const [up, down] = [column.sort, `-${column.sort}`]
  switch (directionOf(column, sort)) {
    case 'ascending':
      return down
    case 'descending':
      return up
    default:
      return column.isLargestFirst ? down : up
  }
}
