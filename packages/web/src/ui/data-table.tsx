import { Checkbox, Skeleton, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { type ColumnDef, columnVisibilityFeature, tableFeatures, useTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../app/preferences.ts'
import classes from './data-table.module.css'
import type { Selection } from './selection.ts'

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

/** Rows by index; what is not loaded yet is undefined and drawn as a placeholder. See `usePagedRows`. */
export interface RowSource<Row> {
  total: number
  rowAt: (index: number) => Row | undefined
  /** Told which rows are on screen. */
  onVisible?: (first: number, last: number) => void
}

interface DataTableProps<Row> {
  /** Names the table for stored preferences. */
  name: string
  label: string
  columns: readonly Column<Row>[]
  rows: RowSource<Row>
  rowId: (row: Row) => string
  onOpen?: (row: Row) => void
  /** Shown as the one being looked at. */
  openId?: string | undefined
  selection?: Selection
  sort?: string | undefined
  onSort?: (sort: string) => void
  /** Shown instead of rows when there are none. */
  empty?: ReactNode
  /** Height of the scrolled area; default fills its parent. */
  height?: number | string
}

const ROW_HEIGHT = 36
const features = tableFeatures({ columnVisibilityFeature })

/**
 * A table of any length: only rows on screen exist. Arrow keys move the focus by row, Enter opens, Space selects.
 * Roles instead of <table>: rows on screen are placed by transform, which table layout does not allow.
 * Order, filters and pages are the server's; a column's `sort` is what it is asked for.
 */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { name, label, columns, rows, rowId, onOpen, openId, selection, sort, onSort, empty, height = '100%' } = props
  const { t } = useTranslation()
  const hidden = usePreferences().hiddenColumns[name]
  const definitions = useMemo(
    () => columns.map((column): ColumnDef<typeof features, Row> => ({ id: column.id, header: column.header })),
    [columns],
  )
  const columnVisibility = useMemo(() => Object.fromEntries((hidden ?? []).map((id) => [id, false])), [hidden])
  // The model of columns; rows never go through it, there may be a million.
  const table = useTable({ features, columns: definitions, data: NO_ROWS as Row[], state: { columnVisibility } })
  const visible = table.getVisibleLeafColumns().map(({ id }) => columns.find((column) => column.id === id)!)
  const template = [...(selection ? ['36px'] : []), ...visible.map((column) => column.width)].join(' ')

  const minWidth = visible.reduce((sum, column) => sum + narrowest(column.width), selection ? 36 : 0)

  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  const { onVisible } = rows
  useEffect(() => onVisible?.(first, last), [onVisible, first, last])

  function onKeyDown(event: KeyboardEvent, index: number, row: Row): void {
    if (event.target !== event.currentTarget) return
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      focusRow(Math.min(rows.total - 1, Math.max(0, index + step)))
    } else if (event.key === 'Enter' && onOpen) onOpen(row)
    else if (event.key === ' ' && selection) {
      event.preventDefault()
      selection.toggle(rowId(row))
    }
  }

  function focusRow(index: number): void {
    virtual.scrollToIndex(index)
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus())
  }

  return (
    <div className={classes.scroller} style={{ height }} ref={scroller}>
      <div
        role="table"
        aria-label={label}
        aria-rowcount={rows.total + 1}
        className={classes.table}
        style={{ minWidth }}
      >
        <div role="row" className={classes.head} style={{ gridTemplateColumns: template }}>
          {selection && (
            <div role="columnheader" className={classes.cell}>
              <Checkbox
                aria-label={t('table.selectAll')}
                checked={selection.isAll}
                indeterminate={!selection.isAll && selection.count > 0}
                onChange={selection.toggleAll}
              />
            </div>
          )}
          {visible.map((column) => (
            <div
              key={column.id}
              role="columnheader"
              className={classes.cell}
              data-align={column.align}
              aria-sort={column.sort !== undefined && column.sort === sort ? 'ascending' : undefined}
            >
              <HeaderLabel column={column} sort={sort} onSort={onSort} />
            </div>
          ))}
        </div>
        {rows.total > 0 && (
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {items.map(({ index, start }) => {
              const row = rows.rowAt(index)
              const id = row && rowId(row)
              return (
                <div
                  key={id ?? `row-${index}`}
                  role="row"
                  aria-rowindex={index + 2}
                  data-index={index}
                  data-open={(id !== undefined && id === openId) || undefined}
                  data-selected={(id !== undefined && selection?.has(id)) || undefined}
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
                        checked={id !== undefined && selection.has(id)}
                        onChange={() => id !== undefined && selection.toggle(id)}
                      />
                    </div>
                  )}
                  {visible.map((column) => (
                    <div key={column.id} role="cell" className={classes.cell} data-align={column.align}>
                      {row ? column.cell(row) : <Skeleton height={10} width="60%" />}
                    </div>
                  ))}
                </div>
              )
            })}
          </div>
        )}
      </div>
      {rows.total === 0 && empty}
    </div>
  )
}

const NO_ROWS: object[] = []

/** Pixels that a track needs at least: `120px`, `minmax(200px, 2fr)`. */
function narrowest(width: string): number {
  return Number(/(?<!\d)(\d{1,6})px/.exec(width)?.[1] ?? 0)
}

function HeaderLabel<Row>({
  column,
  sort,
  onSort,
}: {
  column: Column<Row>
  sort: string | undefined
  onSort: ((sort: string) => void) | undefined
}) {
  const { t } = useTranslation()
  const key = column.sort
  if (key === undefined || onSort === undefined) return column.header
  const isDescending = sort === `-${key}`
  return (
    <UnstyledButton
      className={classes.sort}
      onClick={() => onSort(key)}
      aria-label={t('table.sortBy', { column: column.header })}
    >
      {column.header}
      {sort === key && <IconArrowDown size={12} aria-hidden />}
      {isDescending && <IconArrowUp size={12} aria-hidden />}
    </UnstyledButton>
  )
}
