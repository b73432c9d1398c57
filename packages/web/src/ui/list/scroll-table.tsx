import type { ReactNode } from 'react'
import type { Column } from './column.ts'
import classes from './scroll-table.module.css'

export type ScrollColumn<Row> = Pick<Column<Row>, 'id' | 'header' | 'cell' | 'align'>

interface ScrollTableProps<Row> {
  label: string
  columns: readonly ScrollColumn<Row>[]
  rows: readonly Row[]
  rowId: (row: Row) => string
  /** Below the rows: what is left out. */
  caption?: ReactNode
}

/** What a picture shows, to be read: every row stands there, and scrolls within its own height. */
export function ScrollTable<Row>({ label, columns, rows, rowId, caption }: ScrollTableProps<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys too
    <section className={classes.table} aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map(({ id, header, align }) => (
              <th key={id} scope="col" data-align={align}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowId(row)}>
              {columns.map(({ id, cell, align }) => (
                <td key={id} data-align={align}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {caption && <caption>{caption}</caption>}
      </table>
    </section>
  )
}
