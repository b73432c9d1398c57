import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { formatCount } from '../../format/number.ts'
import { FirstSteps } from '../../subjects/task/first-steps.tsx'
import { useOpenTask } from '../../subjects/task/use-open-task.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Instant } from '../../ui/instant.tsx'
import type { Column } from '../../ui/list/column.ts'
import { List } from '../../ui/list/list.tsx'
import { wholeRows } from '../../ui/list/whole-rows.ts'
import classes from './timeline.module.css'

type Occurrence = Schema<'Forecast'>['occurrences'][number]
const MOST = 1_000

/** What comes, earliest first. */
export function ComingTab() {
  const { t } = useTranslation()
  const openTask = useOpenTask()
  const forecast = useQuery({
    queryKey: ['forecast', 'list'],
    queryFn: () => data(api.GET('/api/scheduler/forecast', { params: { query: { limit: MOST } } })),
    staleTime: 15_000,
  })
  const occurrences = forecast.data?.occurrences
  const columns: Column<Occurrence>[] = [
    {
      id: 'due',
      header: t('timeline.columns.due'),
      width: '190px',
      phone: 'second',
      cell: ({ due_at }) => <Instant at={due_at} style="absolute" hasZone={false} />,
    },
    {
      id: 'in',
      header: '',
      width: '150px',
      phone: 'second',
      cell: ({ jittered_at }) => <Instant at={jittered_at} />,
    },
    {
      id: 'task',
      header: t('timeline.columns.task'),
      width: 'minmax(200px, 1fr)',
      phone: 'first',
      cell: ({ task_name: name }) => name,
    },
  ]
  return (
    <>
      {occurrences?.length === MOST && (
        <span className={classes.dim}>{t('timeline.comingCut', { shown: formatCount(MOST) })}</span>
      )}
      <List
        name="coming"
        label={t('timeline.tabs.coming')}
        columns={columns}
        rows={wholeRows(forecast, occurrences)}
        rowId={({ task_id, due_at }) => `${task_id}@${due_at}`}
        onOpen={({ task_id: taskId }) => openTask(taskId)}
        empty={
          <EmptyState title={t('timeline.comingEmpty')} text={t('timeline.comingEmptyText')}>
            <FirstSteps />
          </EmptyState>
        }
      />
    </>
  )
}
