import { Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Execution } from '../../api/types.ts'
import { formatInstant } from '../../format/instant.ts'
import { formatBytes } from '../../format/number.ts'
import { useZone } from '../../ground/zone.ts'
import { Duration } from '../../ui/duration.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Instant } from '../../ui/instant.tsx'
import { ShortId } from '../../ui/short-id.tsx'
import { NodeLink } from '../node/node-link.tsx'
import { TaskLink } from '../task/task-link.tsx'
import { ExecutionDuration } from './execution-duration.tsx'

/** The short facts of an execution; what the machine does not tell is left away. */
export function ExecutionFacts({ execution }: { execution: Execution }) {
  const { t } = useTranslation()
  const zone = useZone()
  const { covers } = execution
  const firstStart = execution.attempt > 1 ? (execution.attempts[0]?.started_at ?? null) : null
  const facts = [
    {
      label: t('execution.facts.task'),
      value:
        execution.task_id === null ? (
          (execution.task_name ?? t('execution.job'))
        ) : (
          <TaskLink taskId={execution.task_id}>{execution.task_name ?? execution.task_id}</TaskLink>
        ),
    },
    {
      label: t('execution.facts.trigger'),
      value: [
        t(`execution.triggers.${execution.trigger}`),
        execution.requested_by && t('execution.facts.by', { name: execution.requested_by }),
      ]
        .filter(Boolean)
        .join(' '),
    },
    {
      label: t('execution.facts.due'),
      value: <Instant at={execution.scheduled_at} style="absolute" hasMilliseconds />,
    },
    {
      label: t('execution.facts.jittered'),
      value:
        execution.jittered_at === execution.scheduled_at ? null : (
          <Instant at={execution.jittered_at} style="absolute" hasMilliseconds />
        ),
    },
    {
      label: t('execution.facts.started'),
      value: <Instant at={firstStart ?? execution.started_at} style="absolute" hasMilliseconds />,
    },
    {
      label: t('execution.facts.lastStarted', { attempt: execution.attempt }),
      value: firstStart === null ? null : <Instant at={execution.started_at} style="absolute" hasMilliseconds />,
    },
    {
      label: t('execution.facts.finished'),
      value: <Instant at={execution.finished_at} style="absolute" hasMilliseconds />,
    },
    { label: t('execution.facts.duration'), value: <ExecutionDuration execution={execution} /> },
    { label: t('execution.facts.lateness'), value: <Duration ms={execution.lateness_ms} /> },
    {
      label: t('execution.facts.attempt'),
      value: t('execution.facts.attemptOf', { attempt: execution.attempt, most: execution.max_attempts }),
    },
    { label: t('execution.facts.fenced'), value: fenced(execution, t('execution.facts.ranTwice')) },
    {
      label: t('execution.facts.timeout'),
      value: execution.timeout_seconds === null ? null : <Duration ms={execution.timeout_seconds * 1_000} />,
    },
    { label: t('execution.facts.exitCode'), value: execution.exit_code },
    {
      label: t('execution.facts.cpu'),
      value: execution.cpu_seconds === null ? null : <Duration ms={execution.cpu_seconds * 1_000} />,
    },
    {
      label: t('execution.facts.memory'),
      value: execution.max_rss_bytes === null ? null : formatBytes(execution.max_rss_bytes),
    },
    { label: t('execution.facts.priority'), value: execution.priority === 0 ? null : execution.priority },
    {
      label: t('execution.facts.node'),
      value: execution.node_id && <NodeLink nodeId={execution.node_id}>{execution.node_id}</NodeLink>,
    },
    { label: t('execution.facts.revision'), value: execution.task_version },
    {
      label: t('execution.facts.covers'),
      value:
        covers &&
        t('execution.facts.coversText', {
          count: covers.count,
          from: formatInstant(Date.parse(covers.from), { zone }),
          to: formatInstant(Date.parse(covers.to), { zone }),
        }),
    },
    { label: t('execution.facts.id'), value: <ShortId id={execution.id} /> },
  ]
  return <Facts facts={facts.filter(({ value }) => value !== null && value !== undefined)} />
}

/** Instances that still ran it when others had taken it over. */
function fenced({ fenced_attempts, ran_twice }: Execution, note: string) {
  if (fenced_attempts.length === 0) return null
  return (
    <Stack gap={2}>
      {ran_twice && (
        <Text c="red" size="sm">
          {note}
        </Text>
      )}
      {fenced_attempts.map(({ attempt, instance_id, started_at, fenced_at }) => (
        <span key={`${instance_id} ${attempt}`}>
          {attempt} · <ShortId id={instance_id} /> · <Instant at={started_at} style="absolute" /> –{' '}
          <Instant at={fenced_at} style="absolute" />
        </span>
      ))}
    </Stack>
  )
}
