import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { ListedExecution, Task } from '../../api/types.ts'
import { useExecutionColumns } from '../../subjects/execution/execution-columns.tsx'
import { useOpenExecution } from '../../subjects/execution/use-open-execution.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { List } from '../../ui/list/list.tsx'
import { usePagedRows } from '../../ui/list/paged-rows.ts'

const HEIGHT = 420

/** All runs of a task, newest first. */
export function TaskExecutions({ task }: { task: Task }) {
  const { t } = useTranslation()
  const openExecution = useOpenExecution()
  const columns = useExecutionColumns(true)
  const rows = usePagedRows<ListedExecution>(['executions', 'of-task', task.id], async (page, limit, signal) => {
    const params = { path: { id: task.id }, query: { page, limit } }
    const list = await data(api.GET('/api/scheduler/tasks/{id}/executions', { params, signal }))
    return { total: list.total, rows: list.executions, beginsAt: list.history_begins_at }
  })
  return (
    <List
      name="task-executions"
      label={t('nav.executions')}
      columns={columns}
      rows={rows}
      rowId={(row) => row.id}
      onOpen={(row) => openExecution(row.id)}
      empty={<EmptyState title={t('taskPage.noRuns')} text={t('taskPage.noRunsText')} />}
      height={HEIGHT}
    />
  )
}
