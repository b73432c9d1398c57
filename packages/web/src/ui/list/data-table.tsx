import { type ColumnDef, columnVisibilityFeature, tableFeatures, useTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react'
import { usePreferences } from '../../ground/preferences.ts'
import { useSize } from '../../ground/size.ts'
import { useWidth } from '../../ground/width.ts'
import type { Column } from './column.ts'
import classes from './data-table.module.css'
import type { Rows } from './rows.ts'
import type { Selection } from './selection.ts'
import { noteScroll } from './still.ts'
import { TableHead } from './table-head.tsx'
import { TableRow } from './table-row.tsx'
import { TwoLineRow } from './two-line-row.tsx'

export interface DataTableProps<Row> {
  /** Names the table for stored preferences. */
  name: string
  label: string
  columns: readonly Column<Row>[]
  rows: Pick<Rows<Row>, 'total' | 'rowAt' | 'onVisible'>
  rowId: (row: Row) => string
  onOpen?: (row: Row) => void
  /** Shown as the one being looked at. */
  openId?: string | undefined
  selection?: Selection | undefined
  sort?: string | undefined
  onSort?: (sort: string) => void
  /** Shown instead of rows when there are none. */
  empty?: ReactNode
}

const ROW_HEIGHT = 36
/** On a phone. */
const TWO_LINES_HEIGHT = 60
const SELECT_WIDTH = 36
const PAGE_STEP = 20

/**
 * A table of any length: only rows on screen exist. Arrow keys move the focus by row, Enter opens, Space selects.
 * Roles instead of <table>: rows on screen are placed by transform, which table layout does not allow.
 * Order, filters and pages are the server's; a column's `sort` is what it is asked for.
 */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { name, label, columns, rows, rowId, onOpen, openId, selection, sort, onSort, empty } = props
  const scroller = useRef<HTMLDivElement>(null)
  const isPhone = useWidth() === 'phone'
  const { width: room } = useSize(scroller)
  const wanted = useVisibleColumns(name, columns)
  const forCells = room - (selection ? SELECT_WIDTH : 0)
  const visible = useMemo(() => fitting(wanted, forCells), [wanted, forCells])
  const template = [...(selection ? [`${SELECT_WIDTH}px`] : []), ...visible.map(({ width }) => width)].join(' ')
  const minWidth = visible.reduce((sum, { width }) => sum + narrowest(width), selection ? SELECT_WIDTH : 0)

  const rowHeight = isPhone ? TWO_LINES_HEIGHT : ROW_HEIGHT
  const virtual = useVirtualizer({
    count: rows.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  const { measure } = virtual
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are measured again when their height is another
  useEffect(() => measure(), [measure, rowHeight])
  useTopOn(sort, () => virtual.scrollToOffset(0))
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  const { onVisible } = rows
  useEffect(() => onVisible?.(first, last), [onVisible, first, last])

  function focusRow(index: number): void {
    virtual.scrollToIndex(index)
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus())
  }

  function act(event: KeyboardEvent, index: number, row: Row): void {
    if (event.target !== event.currentTarget) return
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE_STEP, PageUp: -PAGE_STEP }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      focusRow(Math.min(rows.total - 1, Math.max(0, index + step)))
    } else if (event.key === 'Enter' && onOpen) onOpen(row)
    else if (event.key === ' ' && selection) {
      event.preventDefault()
      selection.toggle(rowId(row))
    }
  }

  // One function for good: a row is drawn again when it has changed, not whenever the table is.
  const latest = useRef(act)
  latest.current = act
  const onKeyDown = useCallback(
    (event: KeyboardEvent, index: number, row: Row) => latest.current(event, index, row),
    [],
  )
  const Line = isPhone ? TwoLineRow : TableRow

  return (
    <div className={classes.scroller} ref={scroller} onScroll={noteScroll}>
      <div
        role="table"
        aria-label={label}
        aria-rowcount={rows.total + 1}
        className={classes.table}
        style={isPhone ? undefined : { minWidth }}
      >
        {!isPhone && (
          <TableHead columns={visible} template={template} selection={selection} sort={sort} onSort={onSort} />
        )}
        {rows.total > 0 && (
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {items.map(({ index, start }) => {
              const row = rows.rowAt(index)
              const id = row && rowId(row)
              return (
                <Line
                  key={id ?? `row-${index}`}
                  index={index}
                  start={start}
                  row={row}
                  id={id}
                  columns={isPhone ? wanted : visible}
                  template={template}
                  isOpen={id !== undefined && id === openId}
                  isSelected={id !== undefined && selection?.has(id) === true}
                  onSelect={selection?.toggle}
                  onOpen={onOpen}
                  onKeyDown={onKeyDown}
                />
              )
            })}
          </div>
        )}
      </div>
      {rows.total === 0 && empty}
    </div>
  )
}

/** Another order begins at its beginning. */
function useTopOn(sort: string | undefined, toTop: () => void): void {
  const shown = useRef(sort)
  useEffect(() => {
    if (shown.current === sort) return
    shown.current = sort
    toTop()
  })
}

const features = tableFeatures({ columnVisibilityFeature })
const NO_ROWS: object[] = []

/** The columns that the person has not hidden. The model is one of columns: rows may be a million. */
function useVisibleColumns<Row extends object>(name: string, columns: readonly Column<Row>[]): readonly Column<Row>[] {
  const hidden = usePreferences().hiddenColumns[name]
  const definitions = useMemo(
    () => columns.map((column): ColumnDef<typeof features, Row> => ({ id: column.id, header: column.header })),
    [columns],
  )
  const columnVisibility = useMemo(() => Object.fromEntries((hidden ?? []).map((id) => [id, false])), [hidden])
  const table = useTable({ features, columns: definitions, data: NO_ROWS as Row[], state: { columnVisibility } })
  const ids = table
    .getVisibleLeafColumns()
    .map(({ id }) => id)
    .join()
  return useMemo(() => columns.filter(({ id }) => ids.split(',').includes(id)), [columns, ids])
}

/** Those that there is room for; before it is known, all of them. */
function fitting<Row>(columns: readonly Column<Row>[], room: number): readonly Column<Row>[] {
  let left = columns
  while (room > 0 && left.reduce((sum, { width }) => sum + narrowest(width), 0) > room) {
    const most = Math.max(...left.map(({ yields = 0 }) => yields))
    if (most === 0) break
    left = left.filter(({ yields }) => yields !== most)
  }
  return left
}

/** Pixels that a track needs at least: `120px`, `minmax(200px, 2fr)`. */
function narrowest(width: string): number {
  return Number(/(?<!\d)(\d{1,6})px/.exec(width)?.[1] ?? 0)
}
