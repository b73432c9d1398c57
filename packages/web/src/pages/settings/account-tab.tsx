import { Button, Group, SimpleGrid, Stack, Table, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { useIdentity } from '../../app/identity.ts'
import { formatList } from '../../format/list.ts'
import { Facts } from '../../ui/facts.tsx'
import { Instant } from '../../ui/instant.tsx'
import { notifyProblem } from '../../ui/notify.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { PasswordForm } from '../sign-in/password-form.tsx'

/** Who I am here, my password, and where I am signed in. */
export function AccountTab() {
  const { t } = useTranslation()
  const identity = useIdentity()
  // A new key empties the form once it is done.
  const [changes, setChanges] = useState(0)
  if (identity === undefined) return null
  return (
    <Stack gap="lg" maw={1200}>
      <Panel>
        <Facts
          facts={[
            { label: t('settings.account.username'), value: identity.user.username },
            {
              label: t('settings.account.role'),
              value: `${t(`settings.roles.${identity.user.role}`)} – ${t(`settings.roleTexts.${identity.user.role}`)}`,
            },
            {
              label: t('settings.account.permissions'),
              value: formatList(identity.permissions.map((name) => t(`settings.permissions.${name}`))),
            },
          ]}
        />
      </Panel>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Panel title={t('settings.account.password')}>
          <PasswordForm
            key={changes}
            onDone={() => {
              setChanges(changes + 1)
              notifications.show({ message: t('settings.account.passwordDone') })
            }}
          />
        </Panel>
        <Sessions />
      </SimpleGrid>
    </Stack>
  )
}

function Sessions() {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const { data: list, error } = useQuery({
    queryKey: ['sessions'],
    queryFn: () => data(api.GET('/api/auth/sessions')),
  })

  async function end(id: string): Promise<void> {
    try {
      await api.DELETE('/api/auth/sessions/{id}', { params: { path: { id } } })
      notifications.show({ message: t('settings.account.ended') })
    } catch (thrown) {
      notifyProblem(thrown)
    }
    await queryClient.invalidateQueries({ queryKey: ['sessions'] })
  }

  return (
    <Panel title={t('settings.account.sessions')} isFlush>
      {error && <ProblemNotice error={error} />}
      <Table fz="sm" verticalSpacing={6} horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('settings.account.address')}</Table.Th>
            <Table.Th>{t('settings.account.client')}</Table.Th>
            <Table.Th>{t('settings.account.lastUsed')}</Table.Th>
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {list?.sessions.map((session) => (
            <Table.Tr key={session.id}>
              <Table.Td className="mono">{session.address ?? '–'}</Table.Td>
              <Table.Td maw={180} title={session.user_agent ?? undefined}>
                <Text size="sm" truncate>
                  {session.user_agent ?? '–'}
                </Text>
              </Table.Td>
              <Table.Td>
                <Instant at={session.last_used_at} />
              </Table.Td>
              <Table.Td>
                <Group justify="flex-end">
                  {session.current ? (
                    <Text size="sm" c="dimmed">
                      {t('settings.account.current')}
                    </Text>
                  ) : (
                    <Button variant="default" onClick={() => void end(session.id)}>
                      {t('settings.account.end')}
                    </Button>
                  )}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  )
}
