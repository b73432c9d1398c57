import { Checkbox, Skeleton } from '@mantine/core'
import type { KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Column } from './column.ts'
import classes from './data-table.module.css'
import type { Selection } from './selection.ts'

interface TableRowProps<Row> {
  index: number
  /** Pixels from the top of all rows. */
  start: number
  /** Undefined, as its id, while it is on its way. */
  row: Row | undefined
  id: string | undefined
  columns: readonly Column<Row>[]
  template: string
  isOpen: boolean
  selection: Selection | undefined
  onOpen: ((row: Row) => void) | undefined
  onKeyDown: (event: KeyboardEvent, index: number, row: Row) => void
}

export function TableRow<Row>(props: TableRowProps<Row>) {
  const { index, start, row, id, columns, template, isOpen, selection, onOpen, onKeyDown } = props
  const { t } = useTranslation()
  const isSelected = id !== undefined && selection?.has(id) === true
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      data-open={isOpen || undefined}
      data-selected={isSelected || undefined}
      tabIndex={row ? 0 : -1}
      className={classes.row}
      style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
      onClick={row && onOpen ? () => onOpen(row) : undefined}
      onKeyDown={row ? (event) => onKeyDown(event, index, row) : undefined}
    >
      {selection && (
        <div role="cell" className={classes.cell} onClick={(event) => event.stopPropagation()}>
          <Checkbox
            aria-label={t('table.selectRow')}
            disabled={row === undefined}
            checked={isSelected}
            onChange={() => id !== undefined && selection.toggle(id)}
          />
        </div>
      )}
      {columns.map((column) => (
        <div key={column.id} role="cell" className={classes.cell} data-align={column.align}>
          {row ? column.cell(row) : <Skeleton height={10} width="60%" />}
        </div>
      ))}
    </div>
  )
}
