import { Table, type TableProps, type TableTdProps } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Column } from './column.ts'

/** As wide as its content, unless `cellProps` say otherwise. */
export interface ShortColumn<Row> extends Pick<Column<Row>, 'id' | 'cell' | 'align'> {
  header: ReactNode
  cellProps?: TableTdProps | ((row: Row) => TableTdProps)
  /** CSS pixels, or a share of the table. */
  width?: number | `${number}%`
  /** It says what the row is about, and is read out with each cell. */
  isRowHeader?: boolean
}

interface ShortTableProps<Row> extends Omit<TableProps, 'data' | 'children'> {
  columns: readonly ShortColumn<Row>[]
  rows: readonly Row[]
  rowId: (row: Row) => string
  /** CSS pixels below which it scrolls sideways. */
  minWidth?: number
}

/** A table that is never long: every row stands there, as high as its content. */
export function ShortTable<Row>({ columns, rows, rowId, minWidth, ...rest }: ShortTableProps<Row>) {
  const table = (
    <Table fz="sm" verticalSpacing={6} horizontalSpacing="md" {...rest}>
      <Table.Thead>
        <Table.Tr>
          {columns.map(({ id, header, align, width }) => (
            <Table.Th key={id} {...(align && { ta: align })} {...(width && { w: width })}>
              {header}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={rowId(row)}>
            {columns.map((column) => (
              <Cell key={column.id} column={column} row={row}>
                {column.cell(row)}
              </Cell>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
  if (minWidth === undefined) return table
  // What scrolls is reached by keys, too.
  return (
    <Table.ScrollContainer minWidth={minWidth} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      {table}
    </Table.ScrollContainer>
  )
}

interface CellProps<Row> {
  column: ShortColumn<Row>
  row: Row
  children: ReactNode
}

function Cell<Row>({ column: { align, cellProps, isRowHeader }, row, children }: CellProps<Row>) {
  const given = typeof cellProps === 'function' ? cellProps(row) : cellProps
  const Tag = isRowHeader ? Table.Th : Table.Td
  return (
    <Tag {...(align && { ta: align })} {...given}>
      {children}
    </Tag>
  )
}
