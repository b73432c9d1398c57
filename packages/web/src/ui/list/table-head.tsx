import { UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Check } from './check.tsx'
import type { Column } from './column.ts'
import classes from './data-table.module.css'
import type { Selection } from './selection.ts'
import { directionOf, nextSort } from './sort.ts'

interface TableHeadProps<Row> {
  columns: readonly Column<Row>[]
  /** Tracks of the grid, as the rows have them. */
  template: string
  selection: Selection | undefined
  sort: string | undefined
  onSort: ((sort: string) => void) | undefined
}

export function TableHead<Row>({ columns, template, selection, sort, onSort }: TableHeadProps<Row>) {
  const { t } = useTranslation()
  return (
    <div role="row" className={classes.head} style={{ gridTemplateColumns: template }}>
      {selection && (
        <div role="columnheader" className={classes.cell}>
          <Check
            label={t('table.selectAll')}
            isChecked={selection.isAll}
            isPartly={!selection.isAll && selection.count > 0}
            onChange={selection.toggleAll}
          />
        </div>
      )}
      {columns.map((column) => (
        <div
          key={column.id}
          role="columnheader"
          className={classes.cell}
          data-align={column.align}
          aria-sort={directionOf(column, sort) ?? undefined}
        >
          <HeadLabel column={column} sort={sort} onSort={onSort} />
        </div>
      ))}
    </div>
  )
}

interface HeadLabelProps<Row> {
  column: Column<Row>
  sort: string | undefined
  onSort: ((sort: string) => void) | undefined
}

function HeadLabel<Row>({ column, sort, onSort }: HeadLabelProps<Row>) {
  const { t } = useTranslation()
  const { header, sort: key } = column
  if (key === undefined || onSort === undefined) return header
  const direction = directionOf(column, sort)
  return (
    <UnstyledButton
      className={classes.sort}
      onClick={() => onSort(nextSort({ ...column, sort: key }, sort))}
      aria-label={t('table.sortBy', { column: header })}
    >
      <span className={classes.sortName}>{header}</span>
      {direction === 'ascending' && <IconArrowUp size={12} aria-hidden />}
      {direction === 'descending' && <IconArrowDown size={12} aria-hidden />}
    </UnstyledButton>
  )
}
