import { Anchor, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatCount } from '../../format/number.ts'
import { Duration } from '../../ui/duration.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Instant } from '../../ui/instant.tsx'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { ShortId } from '../../ui/short-id.tsx'
import classes from './settings.module.css'

const PERIOD_MS = 15_000

type Status = Schema<'Status'>

/** What the scheduler is doing, and the instances that do it. */
export function SystemTab() {
  const { t } = useTranslation()
  const {
    data: status,
    error,
    refetch,
  } = useQuery({
    queryKey: ['status'],
    queryFn: () => data(api.GET('/status')),
    refetchInterval: PERIOD_MS,
  })
  if (status === undefined) return error ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : null
  const { scheduler, counts } = status
  return (
    <Stack gap="lg">
      <Panel title={t('settings.system.scheduler')}>
        <Facts
          facts={[
            { label: t('settings.system.state'), value: <State state={scheduler.state} reason={scheduler.reason} /> },
            {
              label: t('settings.system.kind'),
              value: t(`settings.system.kinds.${scheduler.kind === 'cluster' ? 'cluster' : 'embedded'}`),
            },
            { label: t('settings.system.version'), value: status.version },
            { label: t('settings.system.environment'), value: status.environment },
            {
              label: t('settings.system.store'),
              value: (
                <span className="mono" style={{ fontSize: 12 }}>
                  {status.store.kind} · {status.store.location}
                </span>
              ),
            },
            { label: t('settings.system.tasks'), value: formatCount(counts.tasks) },
            { label: t('settings.system.running'), value: formatCount(counts.running) },
            { label: t('settings.system.pending'), value: formatCount(counts.pending) },
            { label: t('settings.system.oldest'), value: <Duration ms={counts.oldest_waiting_ms} /> },
            { label: t('settings.system.lateness'), value: spread(status.lateness_ms) },
            { label: t('settings.system.loop'), value: spread(status.event_loop_delay_ms) },
          ]}
        />
      </Panel>
      <Panel title={t('settings.system.instances')} isFlush>
        <Instances instances={status.instances} />
      </Panel>
      <Group gap="lg">
        <Anchor href="/docs" target="_blank" size="sm">
          {t('settings.system.api')}
        </Anchor>
        <Anchor href="/api/scheduler/metrics" target="_blank" size="sm">
          {t('settings.system.metrics')}
        </Anchor>
      </Group>
    </Stack>
  )
}

type Instance = Status['instances'][number]

function Instances({ instances }: { instances: readonly Instance[] }) {
  const { t } = useTranslation()
  const columns: ShortColumn<Instance>[] = [
    { id: 'instance', header: t('settings.system.instance'), cell: (instance) => <InstanceName instance={instance} /> },
    { id: 'state', header: t('settings.system.state'), cell: ({ state }) => <State state={state} reason={null} /> },
    { id: 'version', header: t('settings.system.version'), cell: ({ version }) => version },
    { id: 'started', header: t('settings.system.startedAt'), cell: ({ started_at }) => <Instant at={started_at} /> },
    {
      id: 'heartbeat',
      header: t('settings.system.heartbeat'),
      cell: ({ heartbeat_at }) => <Instant at={heartbeat_at} />,
    },
    {
      id: 'held',
      header: t('settings.system.held'),
      align: 'right',
      cell: ({ running, waiting }) => `${formatCount(running)} · ${formatCount(waiting)}`,
    },
  ]
  return <ShortTable columns={columns} rows={instances} rowId={({ id }) => id} minWidth={760} />
}

function InstanceName({ instance }: { instance: Instance }) {
  const { t } = useTranslation()
  return (
    <Group gap="sm">
      {instance.hostname}
      <Text span size="xs" c="dimmed">
        {instance.pid}
      </Text>
      <ShortId id={instance.id} />
      {instance.is_this && (
        <Text span size="xs" c="dimmed">
          {t('settings.system.isThis')}
        </Text>
      )}
    </Group>
  )
}

function State({ state, reason }: { state: Instance['state']; reason: string | null }) {
  const { t } = useTranslation()
  const colour = state === 'running' ? 'success' : state === 'degraded' || state === 'gone' ? 'failed' : 'late'
  return (
    <span className={classes.state} style={{ '--state': `var(--${colour})` } as React.CSSProperties}>
      {t(`settings.system.states.${state}`)}
      {reason !== null && ` · ${reason}`}
    </span>
  )
}

function spread(value: Status['lateness_ms']): string {
  if (value === null) return '–'
  return [value.p50, value.p99, value.max].map((each) => formatDuration(each)).join(' · ')
}
