import { SegmentedControl, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Task } from '../../api/types.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatCount, formatPercentage } from '../../format/number.ts'
import { Facts } from '../../ui/facts.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { HeatCalendar } from './heat-calendar.tsx'

const DAY_MS = 86_400_000
const RANGES = ['1', '7', '30', 'all'] as const

/** How often, how well, how long; and on which days. */
export function TaskStats({ task }: { task: Task }) {
  const { t } = useTranslation()
  const [range, setRange] = useState<(typeof RANGES)[number]>('30')
  const { data: stats, error } = useQuery({
    queryKey: ['stats', 'task', task.id, range],
    queryFn: ({ signal }) => {
      const query = range === 'all' ? {} : { start_date: new Date(Date.now() - Number(range) * DAY_MS).toISOString() }
      return data(api.GET('/api/scheduler/tasks/{id}/stats', { params: { path: { id: task.id }, query }, signal }))
    },
  })
  const span = (seconds: number | null | undefined) =>
    seconds === null || seconds === undefined ? t('time.none') : formatDuration(seconds * 1_000)
  const lag = (ms: number | null | undefined) => (ms === null || ms === undefined ? t('time.none') : formatDuration(ms))
  return (
    <Stack gap="lg">
      <Panel
        title={t('taskPage.figures')}
        aside={
          <SegmentedControl
            aria-label={t('taskPage.range')}
            data={RANGES.map((value) => ({ value, label: t(`taskPage.ranges.d${value}`) }))}
            value={range}
            onChange={(value) => setRange(value as typeof range)}
          />
        }
      >
        {error ? (
          <ProblemNotice error={error} />
        ) : (
          <Facts
            facts={[
              { label: t('taskPage.total'), value: formatCount(stats?.total_executions ?? 0) },
              { label: t('outcome.success'), value: formatCount(stats?.success ?? 0) },
              { label: t('outcome.failed'), value: formatCount(stats?.failed ?? 0) },
              { label: t('outcome.skipped'), value: formatCount(stats?.skipped ?? 0) },
              { label: t('taskPage.successRate'), value: formatPercentage(stats?.success_rate ?? null) },
              { label: t('taskPage.average'), value: span(stats?.avg_duration) },
              { label: `${t('execution.facts.duration')} p50`, value: span(stats?.p50_duration) },
              { label: `${t('execution.facts.duration')} p95`, value: span(stats?.p95_duration) },
              { label: `${t('execution.facts.duration')} p99`, value: span(stats?.p99_duration) },
              { label: t('taskPage.lateness50'), value: lag(stats?.p50_lateness_ms) },
              { label: t('taskPage.lateness99'), value: lag(stats?.p99_lateness_ms) },
            ]}
          />
        )}
      </Panel>
      <Panel title={t('taskPage.calendar')}>
        <HeatCalendar task={task} />
      </Panel>
    </Stack>
  )
}
