import { Group, List, Select, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { formatList } from '../../format/list.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { usePlaceWord, useRoleWord, useUsers } from './access-queries.ts'

const PERMISSIONS = ['view', 'execute', 'edit', 'delete', 'manage', 'use'] as const
const TYPED_MS = 300

/** Why somebody may do something with tasks, or what is missing. */
export function ExplainAccess() {
  const { t } = useTranslation()
  const users = useUsers().data?.users ?? []
  const [user, setUser] = useState<string | null>(null)
  const [permission, setPermission] = useState<(typeof PERMISSIONS)[number]>('execute')
  const [typed, setTyped] = useState('')
  const [group] = useDebouncedValue(typed.trim(), TYPED_MS)
  const { data: found, error } = useQuery({
    queryKey: ['access', user, permission, group],
    enabled: user !== null,
    queryFn: () =>
      data(
        api.GET('/api/scheduler/access/explain', {
          params: { query: { user: user ?? '', permission, ...(group !== '' && { group }) } },
        }),
      ),
  })
  return (
    <Panel title={t('access.explain.title')}>
      <Stack gap="sm">
        <Group align="flex-end" gap="md">
          <Select
            label={t('access.explain.user')}
            searchable
            data={users.map(({ id, username }) => ({ value: id, label: username }))}
            value={user}
            onChange={setUser}
          />
          <Select
            label={t('access.explain.permission')}
            allowDeselect={false}
            data={PERMISSIONS.map((name) => ({ value: name, label: t(`settings.permissions.${name}`) }))}
            value={permission}
            onChange={(value) => setPermission((value ?? 'view') as (typeof PERMISSIONS)[number])}
          />
          <TextInput
            label={t('access.explain.group')}
            placeholder={t('access.explain.anyGroup')}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        </Group>
        {error && <ProblemNotice error={error} />}
        {found && <Verdict found={found} />}
      </Stack>
    </Panel>
  )
}

function Verdict({ found }: { found: Schema<'AccessExplanation'> }) {
  const { t } = useTranslation()
  const [roleWord, placeWord] = [useRoleWord(), usePlaceWord()]
  return (
    <Stack gap={4} role="status">
      <Text fw={600} c={found.allowed ? 'var(--success)' : 'var(--failed)'}>
        {t(found.allowed ? 'access.explain.may' : 'access.explain.mayNot', { name: found.user })}
      </Text>
      {found.missing !== null && <Text size="sm">{found.missing}</Text>}
      <List size="sm">
        {found.by.map((each) => (
          <List.Item key={`${each.grant_id}${each.role}`}>
            {[roleWord(each.role), placeWord(each.scope)].join(' · ')}
            {each.user_group !== null && ` (${t('access.explain.byGroup', { name: each.user_group })})`}
          </List.Item>
        ))}
      </List>
      {found.can_grant.length > 0 && (
        <Text size="sm" c="dimmed">
          {t('access.explain.canGrant', { names: formatList(found.can_grant) })}
        </Text>
      )}
    </Stack>
  )
}
