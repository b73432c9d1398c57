import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { ListedExecution } from '../../api/types.ts'
import { useMay } from '../../ground/identity.ts'
import { useExecutionColumns } from '../../subjects/execution/execution-columns.tsx'
import { FirstSteps } from '../../subjects/task/first-steps.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useListAddress } from '../../ui/list/list-address.ts'
import { ListPage } from '../../ui/list/list-page.tsx'
import { usePagedRows } from '../../ui/list/paged-rows.ts'
import { ExecutionBulk } from './execution-bulk.tsx'
import { FILTER_KEYS, toListQuery, useExecutionFilters } from './execution-filters.ts'
import { ExecutionSheet } from './execution-sheet.tsx'

const route = getRouteApi('/executions')
const VIEWS = ['running', 'failed', 'skipped'] as const
const COUNTED_TO = 10_000

/** Every execution, newest first: filter, look, open. */
export function ExecutionsPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayExecute = useMay('execute')
  const address = useListAddress({ keys: FILTER_KEYS, search, onSearch: (next) => void navigate({ search: next }) })
  const { filter, sort } = address
  const query = useMemo(() => toListQuery(filter, sort), [filter, sort])
  const rows = usePagedRows<ListedExecution>(['executions', query], async (page, limit, signal) => {
    const params = { query: { ...query, page, limit } }
    const list = await data(api.GET('/api/scheduler/executions', { params, signal }))
    return { total: list.total, rows: list.executions, beginsAt: list.history_begins_at }
  })
  const look = (open: string | undefined) => void navigate({ search: (now) => ({ ...now, open }) })
  return (
    <ListPage
      name="executions"
      title={t('execution.listTitle')}
      address={address}
      filters={useExecutionFilters()}
      example="status:failed group:backup late:>5s"
      views={[
        { name: t('execution.views.all'), search: '' },
        ...VIEWS.map((status) => ({ name: t(`execution.views.${status}`), search: `status=${status}` })),
        { name: t('execution.views.late'), search: 'late=%3E5s' },
      ]}
      countedTo={COUNTED_TO}
      columns={useExecutionColumns()}
      rows={rows}
      rowId={(row) => row.id}
      openId={search.open}
      onOpen={(row) => look(row.id)}
      {...(mayExecute && { bulk: (selection) => <ExecutionBulk selection={selection} query={query} /> })}
      empty={
        <EmptyState title={t('execution.empty')} text={t('execution.emptyText')}>
          <FirstSteps />
        </EmptyState>
      }
    >
      <ExecutionSheet id={search.open} onClose={() => look(undefined)} />
    </ListPage>
  )
}
