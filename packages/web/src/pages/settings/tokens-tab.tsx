import { Button, Group, Stack, Switch, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { formatList } from '../../format/list.ts'
import { useMay } from '../../ground/identity.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Instant } from '../../ui/instant.tsx'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { NewToken } from './new-token.tsx'

type Token = Schema<'Token'>
const MOST_SHOWN = 200

/** Tokens for programs: make, see when each was last used, revoke. */
export function TokensTab() {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const mayManage = useMay('manage', 'token')
  const [isAll, setAll] = useState(false)
  const [isAdding, setAdding] = useState(false)
  const [revoked, setRevoked] = useState<Token | null>(null)
  const { data: list, error } = useQuery({
    queryKey: ['tokens', isAll],
    queryFn: () =>
      data(api.GET('/api/scheduler/tokens', { params: { query: { limit: MOST_SHOWN, ...(isAll && { all: true }) } } })),
  })
  const columns = useColumns(setRevoked)
  const reload = () => queryClient.invalidateQueries({ queryKey: ['tokens'] })

  async function revoke(token: Token): Promise<void> {
    await api.DELETE('/api/scheduler/tokens/{token}', { params: { path: { token: token.id } } })
    notifications.show({ message: t('settings.tokens.revokedDone', { name: token.name }) })
    await reload()
  }

  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text size="sm" c="dimmed" maw={720} flex="1 1 320px">
          {t('settings.tokens.intro')}
        </Text>
        <Group gap="md">
          {mayManage && (
            <Switch
              label={t('settings.tokens.all')}
              checked={isAll}
              onChange={(event) => setAll(event.currentTarget.checked)}
            />
          )}
          <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setAdding(true)}>
            {t('settings.tokens.add')}
          </Button>
        </Group>
      </Group>
      {error && <ProblemNotice error={error} />}
      <Panel isFlush>
        {list?.tokens.length === 0 ? (
          <EmptyState title={t('settings.tokens.empty')} />
        ) : (
          <ShortTable columns={columns} rows={list?.tokens ?? []} rowId={({ id }) => id} minWidth={820} />
        )}
      </Panel>
      <NewToken
        isOpen={isAdding}
        onClose={() => {
          setAdding(false)
          void reload()
        }}
      />
      <Confirm
        isOpen={revoked !== null}
        onClose={() => setRevoked(null)}
        title={t('settings.tokens.revokeTitle', { name: revoked?.name ?? '' })}
        action={t('settings.tokens.revoke')}
        onConfirm={() => revoke(revoked!)}
      >
        {t('settings.tokens.revokeText')}
      </Confirm>
    </Stack>
  )
}

function useColumns(onRevoke: (token: Token) => void): ShortColumn<Token>[] {
  const { t } = useTranslation()
  return [
    { id: 'name', header: t('settings.tokens.name'), cell: ({ name }) => name },
    { id: 'owner', header: t('settings.tokens.owner'), cell: ({ owner }) => owner },
    {
      id: 'scopes',
      header: t('settings.tokens.scopes'),
      cell: ({ scopes, grants_only }) => {
        const permissions = formatList(scopes.map((scope) => t(`settings.permissions.${scope}`)))
        return grants_only ? `${permissions} · ${t('settings.tokens.grantsOnly')}` : permissions
      },
    },
    { id: 'created', header: t('settings.tokens.created'), cell: ({ created_at }) => <Instant at={created_at} /> },
    {
      id: 'lastUsed',
      header: t('settings.tokens.lastUsed'),
      cell: ({ last_used_at }) => <Instant at={last_used_at} />,
    },
    {
      id: 'expires',
      header: t('settings.tokens.expires'),
      cell: ({ expires_at }) => (expires_at === null ? t('settings.tokens.never') : <Instant at={expires_at} />),
    },
    {
      id: 'revoke',
      header: '',
      align: 'right',
      cell: (token) =>
        token.revoked_at === null ? (
          <Button variant="default" onClick={() => onRevoke(token)}>
            {t('settings.tokens.revoke')}
          </Button>
        ) : (
          <Text span size="sm" c="dimmed">
            {t('settings.tokens.revoked')}
          </Text>
        ),
    },
  ]
}
