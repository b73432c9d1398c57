import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Task } from '../../api/types.ts'
import { formatCount } from '../../format/number.ts'
import { useMay } from '../../ground/identity.ts'
import { useSeesSeveral } from '../../ground/tenants.ts'
import { currentLanguage } from '../../i18n/i18n.ts'
import { OutcomeBadge } from '../../subjects/execution/outcome-badge.tsx'
import { RunButton } from '../../subjects/task/run-button.tsx'
import { TaskStatusBadge } from '../../subjects/task/task-status-badge.tsx'
import { Instant } from '../../ui/instant.tsx'
import type { Column } from '../../ui/list/column.ts'
import { RowRibbon } from './row-ribbon.tsx'

/** Columns of the list of tasks. */
export function useTaskColumns(): Column<Task>[] {
  const { t } = useTranslation()
  const mayRun = useMay('execute')
  const isAcross = useSeesSeveral()
  return useMemo(
    () => [
      ...nameColumns(t),
      ...(isAcross ? [tenantColumn(t)] : []),
      ...timeColumns(t),
      ...(mayRun ? [runColumn(t)] : []),
      ...furtherColumns(t),
    ],
    [t, mayRun, isAcross],
  )
}

/** Where those of several are shown. */
function tenantColumn(t: TFunction): Column<Task> {
  return {
    id: 'tenant',
    header: t('tasks.columns.tenant'),
    width: 'minmax(90px, 0.6fr)',
    yields: 3,
    cell: ({ tenant_id: tenant }) => <span style={DIM}>{tenant}</span>,
  }
}

function runColumn(t: TFunction): Column<Task> {
  return {
    id: 'run',
    header: t('tasks.columns.run'),
    width: '48px',
    phone: 'end',
    cell: (task) => <RunButton task={task} />,
  }
}

const LAST = { display: 'flex', alignItems: 'center', gap: 6 }
const DIM = { color: 'var(--ink-dim)' }

function nameColumns(t: TFunction): Column<Task>[] {
  return [
    {
      id: 'status',
      header: t('tasks.columns.status'),
      sort: 'status',
      width: '92px',
      phone: 'first',
      cell: (task) => <TaskStatusBadge status={task.status} isQuiet />,
    },
    {
      id: 'name',
      header: t('tasks.columns.name'),
      width: 'minmax(160px, 2fr)',
      sort: 'name',
      phone: 'first',
      cell: (task) => (
        <span title={task.description || task.name} style={{ fontWeight: 550 }}>
          {task.name}
        </span>
      ),
    },
    {
      id: 'group',
      header: t('tasks.columns.group'),
      sort: 'group',
      width: 'minmax(116px, 1fr)',
      yields: 3,
      cell: (task) => (
        <span style={DIM} title={task.group ?? undefined}>
          {task.group}
        </span>
      ),
    },
  ]
}

function timeColumns(t: TFunction): Column<Task>[] {
  return [
    {
      id: 'schedule',
      header: t('tasks.columns.schedule'),
      width: 'minmax(150px, 1.8fr)',
      yields: 2,
      cell: (task) => {
        const words = task.words?.[currentLanguage()] ?? task.schedule
        if (words === null) return <span style={DIM}>{t('tasks.byHand')}</span>
        return <span title={[words, task.schedule].filter(Boolean).join(' · ')}>{words}</span>
      },
    },
    {
      id: 'next',
      header: t('tasks.columns.next'),
      width: '120px',
      sort: 'next_run',
      phone: 'second',
      cell: (task) => <Instant at={task.next_run} zone={task.timezone ?? null} />,
    },
    {
      id: 'last',
      header: t('tasks.columns.last'),
      sort: 'last_run',
      isLargestFirst: true,
      width: '160px',
      phone: 'second',
      cell: (task) => <LastRun task={task} />,
    },
    {
      id: 'ribbon',
      header: t('tasks.columns.ribbon'),
      width: 'minmax(104px, 0.8fr)',
      yields: 4,
      cell: (task) => <RowRibbon task={task} />,
    },
  ]
}

/** Those that are hidden until somebody wants them. */
function furtherColumns(t: TFunction): Column<Task>[] {
  return [
    {
      id: 'type',
      header: t('tasks.columns.type'),
      sort: 'type',
      width: '72px',
      yields: 5,
      cell: (task) => <span style={DIM}>{task.type}</span>,
    },
    {
      id: 'tags',
      header: t('tasks.columns.tags'),
      sort: 'tags',
      width: 'minmax(80px, 0.8fr)',
      yields: 5,
      cell: (task) => <span style={DIM}>{task.tags?.join(', ')}</span>,
    },
    {
      id: 'runs',
      header: t('tasks.columns.runs'),
      sort: 'run_count',
      isLargestFirst: true,
      width: '70px',
      yields: 5,
      align: 'right',
      cell: (task) => <span className="numbers">{formatCount(task.run_count)}</span>,
    },
  ]
}

function LastRun({ task }: { task: Task }) {
  const { t } = useTranslation()
  if (task.last_status === null) return <span style={{ color: 'var(--ink-dim)' }}>{t('time.never')}</span>
  return (
    <span style={LAST}>
      <OutcomeBadge outcome={task.last_status} isQuiet />
      <span style={{ color: 'var(--ink-dim)', fontSize: 12 }}>
        <Instant at={task.last_run} zone={task.timezone ?? null} isRough />
      </span>
    </span>
  )
}
