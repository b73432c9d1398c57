import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { formatList } from '../../format/list.ts'
import { useIdentity } from '../../ground/identity.ts'
import { PasswordForm } from '../../subjects/account/password-form.tsx'
import { SecondFactor } from '../../subjects/account/second-factor.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Instant } from '../../ui/instant.tsx'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { notifyProblem } from '../../ui/notify.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { ProfileForm } from './profile-form.tsx'

/** Who I am here, my password, and where I am signed in. */
export function AccountTab() {
  const { t } = useTranslation()
  const identity = useIdentity()
  // A new key empties the form once it is done.
  const [changes, setChanges] = useState(0)
  if (identity === undefined) return null
  const { source } = identity.user
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
        <Panel title={t('settings.account.profile')}>
          <ProfileForm user={identity.user} />
        </Panel>
        <Panel title={t('account.factor.title')}>
          {source === null ? <SecondFactor /> : <Text size="sm">{t('account.factor.elsewhere', { source })}</Text>}
        </Panel>
        {source === null && (
          <Panel title={t('settings.account.password')}>
            <PasswordForm
              key={changes}
              onDone={() => {
                setChanges(changes + 1)
                notifications.show({ message: t('settings.account.passwordDone') })
              }}
            />
          </Panel>
        )}
        <Sessions />
      </SimpleGrid>
    </Stack>
  )
}

type Session = Schema<'SessionList'>['sessions'][number]

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

  async function endOthers(): Promise<void> {
    try {
      await api.DELETE('/api/auth/sessions')
      notifications.show({ message: t('settings.account.othersEnded') })
    } catch (thrown) {
      notifyProblem(thrown)
    }
    await queryClient.invalidateQueries({ queryKey: ['sessions'] })
  }

  const columns: ShortColumn<Session>[] = [
    {
      id: 'address',
      header: t('settings.account.address'),
      cell: ({ address }) => address ?? '–',
      cellProps: { className: 'mono' },
    },
    {
      id: 'client',
      header: t('settings.account.client'),
      cell: ({ user_agent: client }) => (
        <Text size="sm" truncate>
          {client ?? '–'}
        </Text>
      ),
      cellProps: ({ user_agent: client }) => ({ maw: 180, title: client ?? undefined }),
    },
    {
      id: 'lastUsed',
      header: t('settings.account.lastUsed'),
      cell: ({ last_used_at }) => <Instant at={last_used_at} />,
    },
    {
      id: 'end',
      header: '',
      cell: (session) => (
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
      ),
    },
  ]
  const hasOthers = list?.sessions.some(({ current }) => !current) ?? false
  const aside = hasOthers && (
    <Button variant="default" onClick={() => void endOthers()}>
      {t('settings.account.endOthers')}
    </Button>
  )
  return (
    <Panel title={t('settings.account.sessions')} aside={aside} isFlush>
      {error && <ProblemNotice error={error} />}
      <ShortTable columns={columns} rows={list?.sessions ?? []} rowId={({ id }) => id} />
    </Panel>
  )
}
