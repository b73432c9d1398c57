import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Execution } from '../../api/types.ts'
import { OutcomeBadge } from '../../subjects/execution/outcome-badge.tsx'
import { Duration } from '../../ui/duration.tsx'
import { Instant } from '../../ui/instant.tsx'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { Panel } from '../../ui/panel.tsx'

/** The attempts beside one another: when, how long, how each ended, and how long was waited between. */
export function Attempts({ execution }: { execution: Execution }) {
  const { t } = useTranslation()
  const attempts = allAttempts(execution)
  const columns = useColumns(attempts)
  if (attempts.length < 2) {
    return (
      <Text c="dimmed" size="sm">
        {t('execution.attempts.none')}
      </Text>
    )
  }
  return (
    <Panel isFlush>
      <ShortTable columns={columns} rows={attempts} rowId={({ attempt }) => String(attempt)} minWidth={720} />
    </Panel>
  )
}

type Attempt = ReturnType<typeof allAttempts>[number]

function useColumns(attempts: readonly Attempt[]): ShortColumn<Attempt>[] {
  const { t } = useTranslation()
  const before = (attempt: Attempt) => attempts[attempts.indexOf(attempt) - 1]
  return [
    { id: 'number', header: t('execution.attempts.number'), cell: ({ attempt }) => attempt },
    {
      id: 'status',
      header: t('execution.attempts.status'),
      cell: ({ status }) => <OutcomeBadge outcome={status} />,
    },
    {
      id: 'pause',
      header: t('execution.attempts.pause'),
      cell: (attempt) => <Duration ms={pauseBefore(before(attempt)?.finished_at, attempt.started_at)} />,
    },
    {
      id: 'started',
      header: t('execution.facts.started'),
      cell: ({ started_at }) => <Instant at={started_at} style="absolute" />,
    },
    {
      id: 'duration',
      header: t('execution.facts.duration'),
      cell: ({ started_at, finished_at }) => <Duration ms={pauseBefore(started_at, finished_at)} />,
    },
    { id: 'exit', header: t('execution.attempts.exit'), cell: ({ exit_code }) => exit_code ?? '–' },
    {
      id: 'error',
      header: t('execution.attempts.error'),
      cell: ({ failure, error }) =>
        failure === 'exit_code'
          ? null
          : [failure && t(`execution.failures.${failure}`), error].filter(Boolean).join(' · '),
    },
  ]
}

/** Those that were retried, and the one that is under way or was the last. */
function allAttempts(execution: Execution) {
  const { attempts, attempt, started_at, finished_at, status, failure, exit_code, error } = execution
  if (started_at === null || status === 'skipped') return attempts
  const last = { attempt, started_at, finished_at, status, failure, exit_code, error }
  return [...attempts.filter((earlier) => earlier.attempt < attempt), last]
}

function pauseBefore(from: string | null | undefined, to: string | null | undefined): number | null {
  return from && to ? Date.parse(to) - Date.parse(from) : null
}
