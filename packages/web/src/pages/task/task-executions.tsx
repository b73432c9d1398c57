import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { usePagedRows } from '../../api/paged-rows.ts'
import type { ListedExecution, Task } from '../../api/types.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { HistoryBegin } from '../../ui/history-begin.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { useExecutionColumns } from '../executions/execution-columns.tsx'
import classes from './task-page.module.css'

/** All runs of a task, newest first. */
export function TaskExecutions({ task }: { task: Task }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const columns = useExecutionColumns(true)
  const rows = usePagedRows<ListedExecution>(['executions', 'of-task', task.id], async (page, limit, signal) => {
    const params = { path: { id: task.id }, query: { page, limit } }
    const list = await data(api.GET('/api/scheduler/tasks/{id}/executions', { params, signal }))
    return { total: list.total, rows: list.executions, beginsAt: list.history_begins_at }
  })
  return (
    <>
      {rows.error !== null && <ProblemNotice error={rows.error} onRetry={rows.refetch} />}
      <div className={classes.table}>
        <DataTable
          name="task-executions"
          label={t('nav.executions')}
          columns={columns}
          rows={rows}
          rowId={(row) => row.id}
          onOpen={(row) => void navigate({ to: '/executions/$executionId', params: { executionId: row.id } })}
          empty={rows.isLoading ? null : <EmptyState title={t('taskPage.noRuns')} text={t('taskPage.noRunsText')} />}
        />
      </div>
      <HistoryBegin at={rows.beginsAt} />
    </>
  )
}
