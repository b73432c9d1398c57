import { ActionIcon, Group, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlayerPlay } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import type { Task } from '../../api/types.ts'
import { useMay } from '../../app/identity.ts'
import { formatCount } from '../../format/number.ts'
import { currentLanguage } from '../../i18n/i18n.ts'
import type { Column } from '../../ui/data-table.tsx'
import { Instant } from '../../ui/instant.tsx'
import { notifyProblem } from '../../ui/notify.ts'
import { OutcomeBadge } from '../../ui/outcome-badge.tsx'
import { TaskStatusBadge } from '../task/task-status-badge.tsx'
import { RowRibbon } from './row-ribbon.tsx'

/** Columns of the list of tasks. */
export function useTaskColumns(): Column<Task>[] {
  const { t } = useTranslation()
  const mayRun = useMay('execute')
  const dim = { color: 'var(--ink-dim)' }
  const columns: (Column<Task> | false)[] = [
    {
      id: 'status',
      header: t('tasks.columns.status'),
      width: '92px',
      cell: (task) => <TaskStatusBadge status={task.status} isQuiet />,
    },
    {
      id: 'name',
      header: t('tasks.columns.name'),
      width: 'minmax(160px, 2fr)',
      sort: 'name',
      cell: (task) => (
        <span title={task.description || task.name} style={{ fontWeight: 550 }}>
          {task.name}
        </span>
      ),
    },
    {
      id: 'group',
      header: t('tasks.columns.group'),
      width: 'minmax(92px, 1fr)',
      cell: (task) => (
        <span style={dim} title={task.group ?? undefined}>
          {task.group}
        </span>
      ),
    },
    {
      id: 'schedule',
      header: t('tasks.columns.schedule'),
      width: 'minmax(150px, 1.8fr)',
      cell: (task) => {
        const words = task.words?.[currentLanguage()] ?? task.schedule
        return <span title={[words, task.schedule].filter(Boolean).join(' · ')}>{words}</span>
      },
    },
    {
      id: 'next',
      header: t('tasks.columns.next'),
      width: '112px',
      sort: 'next_run',
      cell: (task) => <Instant at={task.next_run} zone={task.timezone ?? null} />,
    },
    {
      id: 'last',
      header: t('tasks.columns.last'),
      width: '160px',
      cell: (task) => <LastRun task={task} />,
    },
    {
      id: 'ribbon',
      header: t('tasks.columns.ribbon'),
      width: 'minmax(104px, 0.8fr)',
      cell: (task) => <RowRibbon task={task} />,
    },
    mayRun && {
      id: 'run',
      header: t('tasks.columns.run'),
      width: '48px',
      cell: (task) => <RunButton task={task} />,
    },
    {
      id: 'type',
      header: t('tasks.columns.type'),
      width: '72px',
      cell: (task) => <span style={dim}>{task.type}</span>,
    },
    {
      id: 'tags',
      header: t('tasks.columns.tags'),
      width: 'minmax(80px, 0.8fr)',
      cell: (task) => <span style={dim}>{task.tags?.join(', ')}</span>,
    },
    {
      id: 'runs',
      header: t('tasks.columns.runs'),
      width: '70px',
      align: 'right',
      cell: (task) => <span className="numbers">{formatCount(task.run_count)}</span>,
    },
  ]
  return columns.filter((column) => column !== false)
}

function LastRun({ task }: { task: Task }) {
  const { t } = useTranslation()
  if (task.last_status === null) return <span style={{ color: 'var(--ink-dim)' }}>{t('time.never')}</span>
  return (
    <Group gap={6} wrap="nowrap">
      <OutcomeBadge outcome={task.last_status} isQuiet />
      <span style={{ color: 'var(--ink-dim)', fontSize: 12 }}>
        <Instant at={task.last_run} zone={task.timezone ?? null} />
      </span>
    </Group>
  )
}

/** Runs a task as it is, without leaving the list. */
function RunButton({ task }: { task: Task }) {
  const { t } = useTranslation()
  if (task.status === 'deleted') return null

  async function run(): Promise<void> {
    try {
      const { data: made } = await api.POST('/api/scheduler/tasks/{id}/run', {
        params: { path: { id: task.id } },
        body: {},
      })
      const id = made!.execution_id
      notifications.show({
        message: (
          <Link to="/executions/$executionId" params={{ executionId: id }}>
            {t(made!.phase === 'queued' ? 'tasks.queued' : 'tasks.started', { name: task.name })}
          </Link>
        ),
      })
    } catch (error) {
      notifyProblem(error)
    }
  }

  return (
    <Tooltip label={t('tasks.runNow')}>
      <ActionIcon
        size="sm"
        aria-label={t('tasks.runNamed', { name: task.name })}
        onClick={(event) => {
          event.stopPropagation()
          void run()
        }}
      >
        <IconPlayerPlay size={14} />
      </ActionIcon>
    </Tooltip>
  )
}
