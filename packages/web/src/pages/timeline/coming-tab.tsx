import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { formatCount } from '../../format/number.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Instant } from '../../ui/instant.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import classes from './timeline.module.css'

type Occurrence = Schema<'Forecast'>['occurrences'][number]
const MOST = 1_000

/** What comes, earliest first. */
export function ComingTab() {
  const { t } = useTranslation()
  const go = useNavigate()
  const {
    data: forecast,
    error,
    refetch,
  } = useQuery({
    queryKey: ['forecast', 'list'],
    queryFn: () => data(api.GET('/api/scheduler/forecast', { params: { query: { limit: MOST } } })),
    staleTime: 15_000,
  })
  const occurrences = forecast?.occurrences ?? []
  const columns: Column<Occurrence>[] = [
    {
      id: 'due',
      header: t('timeline.columns.due'),
      width: '190px',
      cell: ({ due_at }) => <Instant at={due_at} style="absolute" />,
    },
    { id: 'in', header: '', width: '150px', cell: ({ jittered_at }) => <Instant at={jittered_at} /> },
    {
      id: 'task',
      header: t('timeline.columns.task'),
      width: 'minmax(240px, 1fr)',
      cell: ({ task_name: name }) => name,
    },
  ]
  return (
    <>
      {error !== null && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {occurrences.length === MOST && (
        <span className={classes.dim}>{t('timeline.comingCut', { shown: formatCount(MOST) })}</span>
      )}
      <div className={classes.table}>
        <DataTable
          name="coming"
          label={t('timeline.tabs.coming')}
          columns={columns}
          rows={{ total: occurrences.length, rowAt: (index) => occurrences[index] }}
          rowId={({ task_id, due_at }) => `${task_id}@${due_at}`}
          onOpen={({ task_id: taskId }) => void go({ to: '/tasks/$taskId', params: { taskId } })}
          empty={forecast && <EmptyState title={t('timeline.comingEmpty')} text={t('timeline.comingEmptyText')} />}
        />
      </div>
    </>
  )
}
