import { Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Execution } from '../../api/types.ts'
import { Duration } from '../../ui/duration.tsx'
import { Instant } from '../../ui/instant.tsx'
import { OutcomeBadge } from '../../ui/outcome-badge.tsx'
import { Panel } from '../../ui/panel.tsx'

/** The attempts beside one another: when, how long, how each ended, and how long was waited between. */
export function Attempts({ execution }: { execution: Execution }) {
  const { t } = useTranslation()
  const attempts = allAttempts(execution)
  if (attempts.length < 2) {
    return (
      <Text c="dimmed" size="sm">
        {t('execution.attempts.none')}
      </Text>
    )
  }
  return (
    <Panel isFlush>
      <Table.ScrollContainer minWidth={720}>
        <Table verticalSpacing={6} fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('execution.attempts.number')}</Table.Th>
              <Table.Th>{t('execution.attempts.status')}</Table.Th>
              <Table.Th>{t('execution.attempts.pause')}</Table.Th>
              <Table.Th>{t('execution.facts.started')}</Table.Th>
              <Table.Th>{t('execution.facts.duration')}</Table.Th>
              <Table.Th>{t('execution.attempts.exit')}</Table.Th>
              <Table.Th>{t('execution.attempts.error')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {attempts.map((attempt, at) => (
              <Table.Tr key={attempt.attempt}>
                <Table.Td>{attempt.attempt}</Table.Td>
                <Table.Td>
                  <OutcomeBadge outcome={attempt.status} />
                </Table.Td>
                <Table.Td>
                  <Duration ms={pauseBefore(attempts[at - 1]?.finished_at, attempt.started_at)} />
                </Table.Td>
                <Table.Td>
                  <Instant at={attempt.started_at} style="absolute" />
                </Table.Td>
                <Table.Td>
                  <Duration ms={pauseBefore(attempt.started_at, attempt.finished_at)} />
                </Table.Td>
                <Table.Td>{attempt.exit_code ?? '–'}</Table.Td>
                <Table.Td>
                  {attempt.failure === 'exit_code'
                    ? null
                    : [attempt.failure && t(`execution.failures.${attempt.failure}`), attempt.error]
                        .filter(Boolean)
                        .join(' · ')}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  )
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
