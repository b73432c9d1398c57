import { Button, Group } from '@mantine/core'
import { IconFileImport, IconPlus } from '@tabler/icons-react'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Task } from '../../api/types.ts'
import { useMay } from '../../ground/identity.ts'
import { EXAMPLES } from '../../subjects/task/examples.ts'
import { useOpenTask } from '../../subjects/task/use-open-task.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useListAddress } from '../../ui/list/list-address.ts'
import { ListPage } from '../../ui/list/list-page.tsx'
import { usePagedRows } from '../../ui/list/paged-rows.ts'
import { GroupPane } from './group-pane.tsx'
import { TaskBulk } from './task-bulk.tsx'
import { useTaskColumns } from './task-columns.tsx'
import { TASK_FILTER_KEYS, toTaskQuery, useTaskFilters } from './task-filters.ts'

const route = getRouteApi('/tasks')
const VIEWS = ['active', 'disabled', 'paused', 'deleted'] as const
const COUNTED_TO = 100_000

/** Every task: find, look, act on one or on all that a filter matches. */
export function TasksPage() {
  const { t } = useTranslation()
  const navigate = route.useNavigate()
  const openTask = useOpenTask()
  const address = useListAddress({
    keys: TASK_FILTER_KEYS,
    search: route.useSearch(),
    onSearch: (search) => void navigate({ search }),
    usualSort: 'name',
  })
  const { filter, sort, setFilter } = address
  const query = useMemo(() => toTaskQuery(filter, sort), [filter, sort])
  const rows = usePagedRows<Task>(['tasks', 'list', query], async (page, limit, signal) => {
    const list = await data(api.GET('/api/scheduler/tasks', { params: { query: { ...query, page, limit } }, signal }))
    return { total: list.total, rows: list.tasks }
  })
  return (
    <ListPage
      name="tasks"
      title={t('nav.tasks')}
      actions={<Actions />}
      address={address}
      filters={useTaskFilters()}
      example="status:active group:backup/ tag:db"
      views={[
        { name: t('tasks.views.all'), search: '' },
        ...VIEWS.map((status) => ({ name: t(`taskStatus.${status}`), search: `status=${status}` })),
      ]}
      countedTo={COUNTED_TO}
      columns={useTaskColumns()}
      rows={rows}
      rowId={(task) => task.id}
      onOpen={(task) => openTask(task.id)}
      empty={<FirstTask />}
      beside={<GroupPane group={filter.group} onGroup={(group) => setFilter({ ...filter, group })} />}
      bulk={(selection) => <TaskBulk selection={selection} query={query} />}
    />
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
