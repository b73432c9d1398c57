import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListedExecution } from '../../api/types.ts'
import { formatDuration } from '../../format/duration.ts'
import { Instant } from '../../ui/instant.tsx'
import type { Column } from '../../ui/list/column.ts'
import { ShortId } from '../../ui/short-id.tsx'
import { ExecutionDuration } from './execution-duration.tsx'
import { LATE_FROM_MS, outcomeOf } from './outcome.ts'
import { OutcomeBadge } from './outcome-badge.tsx'
import { whatHappened } from './reason-text.ts'

/** Columns of a list of executions; `isOfTask` leaves the task's name away. */
export function useExecutionColumns(isOfTask = false): Column<ListedExecution>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [...nameColumns(t).slice(0, isOfTask ? 1 : 2), ...timeColumns(t), ...detailColumns(t)],
    [t, isOfTask],
  )
}

function nameColumns(t: TFunction): Column<ListedExecution>[] {
  return [
    {
      id: 'status',
      header: t('execution.columns.status'),
      sort: 'status',
      width: '124px',
      phone: 'first',
      cell: (row) => <OutcomeBadge outcome={outcomeOf(row)} />,
    },
    {
      id: 'task',
      header: t('execution.columns.task'),
      sort: 'task_name',
      width: 'minmax(140px, 2fr)',
      phone: 'first',
      cell: (row) => row.task_name ?? t('execution.job'),
    },
  ]
}

function timeColumns(t: TFunction): Column<ListedExecution>[] {
  return [
    {
      id: 'due',
      header: t('execution.columns.due'),
      sort: 'scheduled_at',
      isLargestFirst: true,
      width: 'minmax(124px, 1fr)',
      phone: 'second',
      cell: (row) => <Instant at={row.scheduled_at} />,
    },
    {
      id: 'lateness',
      header: t('execution.columns.lateness'),
      sort: 'lateness',
      isLargestFirst: true,
      width: '96px',
      align: 'right',
      yields: 2,
      cell: (row) => <Lateness ms={row.lateness_ms} />,
    },
    {
      id: 'duration',
      header: t('execution.columns.duration'),
      sort: 'duration',
      isLargestFirst: true,
      width: '96px',
      align: 'right',
      phone: 'second',
      cell: (row) => <ExecutionDuration execution={row} />,
    },
  ]
}

function detailColumns(t: TFunction): Column<ListedExecution>[] {
  return [
    {
      id: 'trigger',
      header: t('execution.columns.trigger'),
      sort: 'trigger',
      width: '108px',
      yields: 3,
      cell: (row) => t(`execution.triggers.${row.trigger}`),
    },
    {
      id: 'attempt',
      header: t('execution.columns.attempt'),
      sort: 'attempt',
      isLargestFirst: true,
      width: '84px',
      align: 'right',
      yields: 4,
      cell: (row) => (row.max_attempts > 1 ? `${row.attempt} / ${row.max_attempts}` : row.attempt),
    },
    {
      id: 'detail',
      header: t('execution.columns.detail'),
      width: 'minmax(180px, 3fr)',
      phone: 'second',
      cell: (row) => <span title={whatHappened(row)}>{whatHappened(row)}</span>,
    },
    {
      id: 'id',
      header: t('execution.columns.id'),
      width: '96px',
      yields: 5,
      cell: (row) => <ShortId id={row.id} />,
    },
  ]
}

function Lateness({ ms }: { ms: number | null }) {
  if (ms === null) return <span style={{ color: 'var(--ink-faint)' }}>–</span>
  const isLate = ms >= LATE_FROM_MS
  return <span style={{ color: isLate ? 'var(--late)' : 'var(--ink-dim)' }}>{formatDuration(ms)}</span>
}
