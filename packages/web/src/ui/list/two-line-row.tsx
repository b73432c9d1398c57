import { memo } from 'react'
import type { Column } from './column.ts'
import classes from './data-table.module.css'
import { Placeholder, rowProps, SelectCell, type TableRowProps } from './table-row.tsx'

/** A row on a phone: what it is about in the first line, what is to be known of it in the second, what it does at the end. */
function PhoneRow<Row>(props: TableRowProps<Row>) {
  const { start, row, columns, onSelect } = props
  const at = (place: Column<Row>['phone']) => columns.filter(({ phone }) => phone === place)
  const cells = (place: Column<Row>['phone']) =>
    at(place).map((column) => (
      <div key={column.id} role="cell" className={classes.phoneCell}>
        {row ? column.cell(row) : <Placeholder />}
      </div>
    ))
  return (
    <div
      {...rowProps(props)}
      className={classes.twoLines}
      data-selectable={onSelect !== undefined || undefined}
      style={{ transform: `translateY(${start}px)` }}
    >
      <SelectCell {...props} />
      <div role="presentation" className={classes.phoneLines}>
        <div role="presentation" className={classes.firstLine}>
          {cells('first')}
        </div>
        <div role="presentation" className={classes.secondLine}>
          {cells('second')}
        </div>
      </div>
      {cells('end')}
    </div>
  )
}

export const TwoLineRow = memo(PhoneRow) as typeof PhoneRow
