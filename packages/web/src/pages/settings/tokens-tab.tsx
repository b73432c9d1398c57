import {
  Alert,
  Button,
  CopyButton,
  Group,
  Modal,
  MultiSelect,
  NumberInput,
  PasswordInput,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
} from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { toProblem } from '../../api/problem.ts'
import type { Permission, Schema } from '../../api/types.ts'
import { useIdentity, useMay } from '../../app/identity.ts'
import { formatList } from '../../format/list.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Instant } from '../../ui/instant.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import classes from './settings.module.css'

type Token = Schema<'Token'>
const MOST_SHOWN = 200

/** Tokens for programs: make, see when each was last used, revoke. */
export function TokensTab() {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const mayManage = useMay('manage')
  const [isAll, setAll] = useState(false)
  const [isAdding, setAdding] = useState(false)
  const [revoked, setRevoked] = useState<Token | null>(null)
  const { data: list, error } = useQuery({
    queryKey: ['tokens', isAll],
    queryFn: () =>
      data(api.GET('/api/scheduler/tokens', { params: { query: { limit: MOST_SHOWN, ...(isAll && { all: true }) } } })),
  })
  const reload = () => queryClient.invalidateQueries({ queryKey: ['tokens'] })

  async function revoke(token: Token): Promise<void> {
    await api.DELETE('/api/scheduler/tokens/{token}', { params: { path: { token: token.id } } })
    notifications.show({ message: t('settings.tokens.revokedDone', { name: token.name }) })
    await reload()
  }

  return (
    <Stack gap="md">
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" c="dimmed" maw={720}>
          {t('settings.tokens.intro')}
        </Text>
        <Group gap="md" wrap="nowrap">
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
          <Table.ScrollContainer minWidth={820}>
            <Table fz="sm" verticalSpacing={6} horizontalSpacing="md">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('settings.tokens.name')}</Table.Th>
                  <Table.Th>{t('settings.tokens.owner')}</Table.Th>
                  <Table.Th>{t('settings.tokens.scopes')}</Table.Th>
                  <Table.Th>{t('settings.tokens.created')}</Table.Th>
                  <Table.Th>{t('settings.tokens.lastUsed')}</Table.Th>
                  <Table.Th>{t('settings.tokens.expires')}</Table.Th>
                  <Table.Th />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {list?.tokens.map((token) => (
                  <Table.Tr key={token.id}>
                    <Table.Td>{token.name}</Table.Td>
                    <Table.Td>{token.owner}</Table.Td>
                    <Table.Td>{formatList(token.scopes.map((scope) => t(`settings.permissions.${scope}`)))}</Table.Td>
                    <Table.Td>
                      <Instant at={token.created_at} />
                    </Table.Td>
                    <Table.Td>
                      <Instant at={token.last_used_at} />
                    </Table.Td>
                    <Table.Td>
                      {token.expires_at === null ? t('settings.tokens.never') : <Instant at={token.expires_at} />}
                    </Table.Td>
                    <Table.Td ta="right">
                      {token.revoked_at === null ? (
                        <Button variant="default" onClick={() => setRevoked(token)}>
                          {t('settings.tokens.revoke')}
                        </Button>
                      ) : (
                        <Text span size="sm" c="dimmed">
                          {t('settings.tokens.revoked')}
                        </Text>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
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

function NewToken({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const permissions = useIdentity()?.permissions ?? []
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<string[]>(['view'])
  const [days, setDays] = useState<number | string>(90)
  const [made, setMade] = useState<string | null>(null)
  const [password, setPassword] = useState('')
  const [isAsked, setAsked] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const fields = error === null ? {} : toProblem(error).fields

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    setError(null)
    try {
      const body = {
        name,
        scopes: scopes as Permission[],
        ...(typeof days === 'number' && { expires_in_days: days }),
        ...(password !== '' && { password }),
      }
      setMade((await data(api.POST('/api/scheduler/tokens', { body }))).token)
    } catch (thrown) {
      setError(thrown)
      if (toProblem(thrown).fields.password !== undefined) setAsked(true)
    }
  }

  function close(): void {
    setMade(null)
    setName('')
    setPassword('')
    setAsked(false)
    setError(null)
    onClose()
  }

  return (
    <Modal opened={isOpen} onClose={close} title={t('settings.tokens.add')}>
      {made === null ? (
        <form onSubmit={(event) => void submit(event)}>
          <Stack gap="md">
            <TextInput
              label={t('settings.tokens.name')}
              required
              data-autofocus
              value={name}
              error={fields.name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <MultiSelect
              label={t('settings.tokens.scopes')}
              data={permissions.map((value) => ({ value, label: t(`settings.permissions.${value}`) }))}
              value={scopes}
              error={fields.scopes}
              onChange={setScopes}
            />
            <NumberInput
              label={t('settings.tokens.days')}
              description={t('settings.tokens.daysNote')}
              min={1}
              max={3_660}
              value={days}
              error={fields.expires_in_days}
              onChange={setDays}
            />
            {isAsked && (
              <PasswordInput
                label={t('settings.tokens.password')}
                description={t('settings.tokens.passwordNote')}
                required
                data-autofocus
                autoComplete="current-password"
                value={password}
                error={fields.password}
                onChange={(event) => setPassword(event.currentTarget.value)}
              />
            )}
            {error !== null && Object.keys(fields).length === 0 && <ProblemNotice error={error} />}
            <Button type="submit" disabled={scopes.length === 0}>
              {t('settings.tokens.add')}
            </Button>
          </Stack>
        </form>
      ) : (
        <Stack gap="md">
          <Alert color="yellow" variant="light">
            {t('settings.tokens.made')}
          </Alert>
          <code className={classes.secret}>{made}</code>
          <Group justify="flex-end">
            <CopyButton value={made}>
              {({ copied, copy }) => <Button onClick={copy}>{t(copied ? 'actions.copied' : 'actions.copy')}</Button>}
            </CopyButton>
            <Button variant="default" onClick={close}>
              {t('actions.close')}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  )
}
