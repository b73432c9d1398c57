import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../api/types.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatCount, formatPercentage } from '../../format/number.ts'
import { TaskLink } from '../../subjects/task/task-link.tsx'
import { type FigureColumn, FiguresPanel } from '../../ui/chart/figures-panel.tsx'

type Group = Schema<'GroupStats'>['groups'][number]
type TopTask = Schema<'Top'>['tasks'][number]

/** Each group with how its executions ended. */
export function GroupsPanel({ groups }: { groups: readonly Group[] | undefined }) {
  const { t } = useTranslation()
  const count = (key: 'success' | 'failed' | 'cancelled' | 'skipped'): FigureColumn<Group> => ({
    header: t(`outcome.${key}`),
    value: (group) => group[key],
    cell: (group) => formatCount(group[key]),
    isNumber: true,
  })
  return (
    <FiguresPanel
      title={t('statistics.groups')}
      file="groups"
      rows={groups}
      rowKey={({ group }) => group ?? ''}
      columns={[
        {
          header: t('statistics.group'),
          value: ({ group }) => group,
          cell: ({ group }) =>
            group === null ? (
              t('ribbon.noGroup')
            ) : (
              <Link to="/executions" search={{ group }}>
                {group}
              </Link>
            ),
        },
        count('success'),
        count('failed'),
        count('cancelled'),
        count('skipped'),
        {
          header: t('statistics.rate'),
          value: ({ success_rate: rate }) => rate,
          cell: ({ success_rate: rate }) => formatPercentage(rate),
          isNumber: true,
        },
        {
          header: t('statistics.averageSeconds'),
          value: ({ avg_duration: average }) => average,
          cell: ({ avg_duration: average }) => (average === null ? '' : formatDuration(average * 1_000)),
          isNumber: true,
        },
        {
          header: t('statistics.totalSeconds'),
          value: ({ total_duration: total }) => total,
          cell: ({ total_duration: total }) => formatDuration(total * 1_000),
          isNumber: true,
        },
      ]}
    />
  )
}

/** The tasks that take longest, or fail most. */
export function TopPanel({ by, tasks }: { by: 'slowest' | 'failing'; tasks: readonly TopTask[] | undefined }) {
  const { t } = useTranslation()
  return (
    <FiguresPanel
      title={t(`statistics.${by}`)}
      file={by}
      rows={tasks}
      rowKey={({ task_id: id }) => id}
      columns={[
        {
          header: t('statistics.task'),
          value: ({ task_name: name }) => name,
          cell: ({ task_id: taskId, task_name: name }) => <TaskLink taskId={taskId}>{name}</TaskLink>,
        },
        {
          header: t(by === 'slowest' ? 'statistics.averageSeconds' : 'outcome.failed'),
          value: ({ value }) => value,
          cell: ({ task_id: task, value }) =>
            by === 'slowest' ? (
              formatDuration(value * 1_000)
            ) : (
              <Link to="/executions" search={{ task, status: 'failed' }}>
                {formatCount(value)}
              </Link>
            ),
          isNumber: true,
        },
        {
          header: t('statistics.total'),
          value: ({ total }) => total,
          cell: ({ total }) => formatCount(total),
          isNumber: true,
        },
      ]}
    />
  )
}
