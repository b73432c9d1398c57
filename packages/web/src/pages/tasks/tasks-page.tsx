import { Button, Group } from '@mantine/core'
import { IconFileImport, IconPlus } from '@tabler/icons-react'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { usePagedRows } from '../../api/paged-rows.ts'
import type { Task } from '../../api/types.ts'
import { useMay } from '../../app/identity.ts'
import { parseSearch, stringifySearch } from '../../app/search.ts'
import { ColumnMenu } from '../../ui/column-menu.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { ListTotal } from '../../ui/list-total.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { SavedViews } from '../../ui/saved-views.tsx'
import { useSelection } from '../../ui/selection.ts'
import { EXAMPLES } from '../task-editor/examples.ts'
import { BulkBar } from './bulk-bar.tsx'
import { GroupPane } from './group-pane.tsx'
import { useTaskColumns } from './task-columns.tsx'
import { TASK_FILTER_KEYS, type TaskSearch, toTaskQuery, useTaskFilters } from './task-filters.ts'
import classes from './tasks-page.module.css'

const route = getRouteApi('/tasks')
const VIEWS = ['active', 'disabled', 'paused', 'deleted'] as const

/** Every task: find, look, act on one or on all that a filter matches. */
export function TasksPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const columns = useTaskColumns()
  const keys = useTaskFilters()
  const { sort } = search
  const filter = useMemo(
    () => Object.fromEntries(TASK_FILTER_KEYS.map((key) => [key, search[key]])) as TaskSearch,
    [search],
  )
  const query = useMemo(() => toTaskQuery(filter, sort), [filter, sort])
  const rows = usePagedRows<Task>(['tasks', 'list', query], async (page, limit, signal) => {
    const list = await data(api.GET('/api/scheduler/tasks', { params: { query: { ...query, page, limit } }, signal }))
    return { total: list.total, rows: list.tasks }
  })
  const isFiltered = Object.values(filter).some(Boolean)
  const filterText = stringifySearch(filter).slice(1)
  const setFilter = (next: Record<string, string | undefined>) =>
    void navigate({ search: { ...next, ...(sort !== undefined && { sort }) } })

  return (
    <div className={classes.page}>
      <PageHeader title={t('nav.tasks')} actions={<Actions />} />
      <SavedViews
        page="tasks"
        fixed={[
          { name: t('tasks.views.all'), search: '' },
          ...VIEWS.map((status) => ({ name: t(`taskStatus.${status}`), search: `status=${status}` })),
        ]}
        search={filterText}
        onSearch={(text) => setFilter(parseSearch(text))}
      />
      <Group gap="sm" wrap="nowrap">
        <FilterBar keys={keys} filter={filter} onFilter={setFilter} example="status:active group:backup/ tag:db" />
        <ListTotal total={rows.total} of="tasks" />
        <ColumnMenu table="tasks" columns={columns} />
      </Group>
      {rows.error !== null && <ProblemNotice error={rows.error} onRetry={rows.refetch} />}
      <div className={classes.body}>
        <GroupPane group={filter.group} onGroup={(group) => setFilter({ ...filter, group })} />
        {/* Another filter means other tasks: nothing stays chosen that cannot be seen. */}
        <TaskTable key={filterText} rows={rows} columns={columns} query={query} isFiltered={isFiltered} />
      </div>
    </div>
  )
}

interface TaskTableProps {
  rows: ReturnType<typeof usePagedRows<Task>>
  columns: ReturnType<typeof useTaskColumns>
  query: ReturnType<typeof toTaskQuery>
  isFiltered: boolean
}

function TaskTable({ rows, columns, query, isFiltered }: TaskTableProps) {
  const { t } = useTranslation()
  const navigate = route.useNavigate()
  const selection = useSelection(rows.total)
  return (
    <div className={classes.page} style={{ flex: 1, minWidth: 0 }}>
      <div className={classes.table}>
        <DataTable
          name="tasks"
          label={t('nav.tasks')}
          columns={columns}
          rows={rows}
          rowId={(task) => task.id}
          onOpen={(task) => void navigate({ to: '/tasks/$taskId', params: { taskId: task.id } })}
          selection={selection}
          sort={query.sort}
          onSort={(sort) => void navigate({ search: (now) => ({ ...now, sort: sort === 'name' ? undefined : sort }) })}
          empty={rows.isLoading ? null : isFiltered ? <EmptyState title={t('filter.noMatch')} /> : <FirstTask />}
        />
      </div>
      <BulkBar selection={selection} query={query} />
    </div>
  )
}

function Actions() {
  const { t } = useTranslation()
  const mayEdit = useMay('edit')
  if (!mayEdit) return null
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconFileImport size={14} aria-hidden />}
        renderRoot={(props) => <Link to="/tasks/import" {...props} />}
      >
        {t('tasks.import')}
      </Button>
      <Button
        leftSection={<IconPlus size={14} aria-hidden />}
        renderRoot={(props) => <Link to="/tasks/new" {...props} />}
      >
        {t('tasks.new')}
      </Button>
    </>
  )
}

/** Where no task is yet: one click to one that works. */
function FirstTask() {
  const { t } = useTranslation()
  const mayEdit = useMay('edit')
  return (
    <EmptyState title={t('tasks.empty')} text={t('tasks.emptyText')}>
      {mayEdit && (
        <Group>
          {EXAMPLES.map((example) => (
            <Button
              key={example}
              variant="default"
              renderRoot={(props) => <Link to="/tasks/new" search={{ example }} {...props} />}
            >
              {t(`editor.examples.${example}.title`)}
            </Button>
          ))}
        </Group>
      )}
    </EmptyState>
  )
}
