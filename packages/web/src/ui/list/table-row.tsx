import { type KeyboardEvent, memo } from 'react'
import { useTranslation } from 'react-i18next'
import { Check } from './check.tsx'
import type { Column } from './column.ts'
import classes from './data-table.module.css'

export interface TableRowProps<Row> {
  index: number
  /** Pixels from the top of all rows. */
  start: number
  /** Undefined, as its id, while it is on its way. */
  row: Row | undefined
  id: string | undefined
  columns: readonly Column<Row>[]
  template: string
  isOpen: boolean
  isSelected: boolean
  /** Absent where rows cannot be chosen. */
  onSelect: ((id: string) => void) | undefined
  onOpen: ((row: Row) => void) | undefined
  onKeyDown: (event: KeyboardEvent, index: number, row: Row) => void
}

/** What a row is to those who cannot see it, and to keys and clicks; the same in one line and in two. */
export function rowProps<Row>(props: TableRowProps<Row>) {
  const { index, row, isOpen, isSelected, onOpen, onKeyDown } = props
  return {
    role: 'row',
    'aria-rowindex': index + 2,
    'data-index': index,
    'data-open': isOpen || undefined,
    'data-selected': isSelected || undefined,
    tabIndex: row ? 0 : -1,
    onClick: row && onOpen ? () => onOpen(row) : undefined,
    onKeyDown: row ? (event: KeyboardEvent) => onKeyDown(event, index, row) : undefined,
  }
}

function OneLineRow<Row>(props: TableRowProps<Row>) {
  const { start, row, columns, template } = props
  return (
    <div
      {...rowProps(props)}
      className={classes.row}
      style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
    >
      <SelectCell {...props} />
      {columns.map((column) => (
        <div key={column.id} role="cell" className={classes.cell} data-align={column.align}>
          {row ? column.cell(row) : <Placeholder />}
        </div>
      ))}
    </div>
  )
}

/** A cell on its way. It does not pulse: hundreds of them would be drawn anew in every frame. */
export function Placeholder() {
  return <span className={classes.placeholder} data-placeholder />
}

export const TableRow = memo(OneLineRow) as typeof OneLineRow

export function SelectCell<Row>({ id, isSelected, onSelect }: TableRowProps<Row>) {
  const { t } = useTranslation()
  if (onSelect === undefined) return null
  return (
    <div role="cell" className={classes.cell} onClick={(event) => event.stopPropagation()}>
      <Check
        label={t('table.selectRow')}
        isDisabled={id === undefined}
        isChecked={isSelected}
        onChange={() => id !== undefined && onSelect(id)}
      />
    </div>
  )
}
