import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../empty-state.tsx'
import { ProblemNotice } from '../problem-notice.tsx'
import { DataTable, type DataTableProps } from './data-table.tsx'
import { HistoryBegin } from './history-begin.tsx'
import classes from './list.module.css'
import type { Rows } from './rows.ts'
import { type Selection, useSelection } from './selection.ts'

export interface ListProps<Row> extends Omit<DataTableProps<Row>, 'rows' | 'selection'> {
  rows: Rows<Row>
  /** What is filtered by, as text; empty shows everything. Another filter begins at the top, with nothing chosen. */
  filter?: string
  /** Shown where there is nothing, filtered or not: what would stand here, and the first step. */
  empty: ReactNode
  /** What can be done with chosen rows; without it none can be chosen. */
  bulk?: (selection: Selection) => ReactNode
  /** At the left of the rows. */
  beside?: ReactNode
  /** CSS pixels; default: what the page has left. */
  height?: number
}

/** The rows of a list with all that may be instead of them: on their way, none, none that match, a problem. */
export function List<Row extends object>({ filter = '', beside, height, ...rest }: ListProps<Row>) {
  const { rows } = rest
  return (
    <>
      {rows.error !== null && <ProblemNotice error={rows.error} onRetry={rows.refetch} />}
      <div className={classes.body} style={{ height }}>
        {beside}
        <ListRows key={filter} isFiltered={filter !== ''} {...rest} />
      </div>
      <HistoryBegin at={rows.beginsAt} removed={rows.removed} />
    </>
  )
}

type ListRowsProps<Row> = Omit<ListProps<Row>, 'filter' | 'beside' | 'height'> & { isFiltered: boolean }

function ListRows<Row extends object>({ isFiltered, empty, bulk, ...table }: ListRowsProps<Row>) {
  const { t } = useTranslation()
  const { rows } = table
  const selection = useSelection(rows.total)
  const isKnown = !rows.isLoading && rows.error === null
  return (
    <div className={classes.rows}>
      <div className={classes.table}>
        <DataTable
          {...table}
          selection={bulk && selection}
          empty={isKnown && (isFiltered ? <EmptyState title={t('filter.noMatch')} /> : empty)}
        />
      </div>
      {bulk?.(selection)}
    </div>
  )
}
