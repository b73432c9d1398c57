import { Group } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { usePagedRows } from '../../api/paged-rows.ts'
import type { ListedExecution } from '../../api/types.ts'
import { parseSearch, stringifySearch } from '../../app/search.ts'
import { ColumnMenu } from '../../ui/column-menu.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { HistoryBegin } from '../../ui/history-begin.tsx'
import { ListTotal } from '../../ui/list-total.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { SavedViews } from '../../ui/saved-views.tsx'
import { useExecutionColumns } from './execution-columns.tsx'
import { type ExecutionSearch, FILTER_KEYS, toListQuery, useExecutionFilters } from './execution-filters.ts'
import { ExecutionSheet } from './execution-sheet.tsx'
import classes from './executions-page.module.css'

const route = getRouteApi('/executions')

/** Every execution, newest first: filter, look, open. */
export function ExecutionsPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const columns = useExecutionColumns()
  const keys = useExecutionFilters()
  const filter = useMemo(
    () => Object.fromEntries(FILTER_KEYS.map((key) => [key, search[key]])) as ExecutionSearch,
    [search],
  )
  const rows = usePagedRows<ListedExecution>(['executions', filter], async (page, limit, signal) => {
    const query = { ...toListQuery(filter), page, limit }
    const list = await data(api.GET('/api/scheduler/executions', { params: { query }, signal }))
    return { total: list.total, rows: list.executions, beginsAt: list.history_begins_at }
  })
  const isFiltered = Object.values(filter).some(Boolean)
  const setFilter = (next: Record<string, string>) => void navigate({ search: next })

  return (
    <div className={classes.page}>
      <PageHeader title={t('execution.listTitle')} />
      <SavedViews
        page="executions"
        fixed={[
          { name: t('execution.views.all'), search: '' },
          { name: t('execution.views.running'), search: 'status=running' },
          { name: t('execution.views.failed'), search: 'status=failed' },
          { name: t('execution.views.skipped'), search: 'status=skipped' },
        ]}
        search={stringifySearch(filter).slice(1)}
        onSearch={(text) => setFilter(parseSearch(text))}
      />
      <Group gap="sm" wrap="nowrap">
        <FilterBar
          keys={keys}
          filter={filter}
          onFilter={setFilter}
          example="status:failed group:backup"
          hasText={false}
        />
        <ListTotal total={rows.total} of="executions" />
        <ColumnMenu table="executions" columns={columns} />
      </Group>
      {rows.error !== null && <ProblemNotice error={rows.error} onRetry={rows.refetch} />}
      <div className={classes.table}>
        <DataTable
          name="executions"
          label={t('execution.listTitle')}
          columns={columns}
          rows={rows}
          rowId={(row) => row.id}
          openId={search.open}
          onOpen={(row) => void navigate({ search: (now) => ({ ...now, open: row.id }) })}
          empty={
            rows.isLoading ? null : isFiltered ? (
              <EmptyState title={t('filter.noMatch')} />
            ) : (
              <EmptyState title={t('execution.empty')} text={t('execution.emptyText')} />
            )
          }
        />
      </div>
      <HistoryBegin at={rows.beginsAt} />
      <ExecutionSheet
        id={search.open}
        onClose={() => void navigate({ search: (now) => ({ ...now, open: undefined }) })}
      />
    </div>
  )
}
