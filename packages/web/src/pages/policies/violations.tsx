import { Button, List, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'

/** The tasks that do not comply with the policies in force; all of them are looked at when somebody asks. */
export function Violations() {
  const { t } = useTranslation()
  const {
    data: found,
    error,
    isFetching,
    refetch,
  } = useQuery({
    queryKey: ['policies', 'check'],
    enabled: false,
    queryFn: () => data(api.POST('/api/scheduler/policies/check', { body: {} })),
  })
  return (
    <Panel
      title={t('policies.violations')}
      aside={
        <Button variant="default" size="compact-sm" flex="none" loading={isFetching} onClick={() => void refetch()}>
          {t('policies.check')}
        </Button>
      }
    >
      {error && <ProblemNotice error={error} />}
      {found ? <CheckedTasks found={found} /> : <Text size="sm">{t('policies.checkText')}</Text>}
    </Panel>
  )
}

/** What a check has found. */
export function CheckedTasks({ found: { checked, violating, tasks } }: { found: Schema<'PolicyCheck'> }) {
  const { t } = useTranslation()
  return (
    <Stack gap="sm" role="status">
      <Text size="sm" fw={600}>
        {t('policies.checked', { violating, checked })}
      </Text>
      {tasks.map(({ id, name, violations }) => (
        <div key={id}>
          <Link to="/tasks/$taskId" params={{ taskId: id }}>
            {name}
          </Link>
          <List size="sm">
            {violations.map(({ path, message }) => (
              <List.Item key={`${path}${message}`}>
                <span className="mono">{path}</span> {message}
              </List.Item>
            ))}
          </List>
        </div>
      ))}
      {violating > tasks.length && <Text size="sm">{t('policies.more', { count: violating - tasks.length })}</Text>}
    </Stack>
  )
}
