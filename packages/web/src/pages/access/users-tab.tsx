import { ActionIcon, Button, Group, Menu, Modal, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconDots, IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { useIdentity } from '../../ground/identity.ts'
import { signInNameOf, useSeesSeveral } from '../../ground/tenants.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Instant } from '../../ui/instant.tsx'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { notifyProblem } from '../../ui/notify.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { InviteLink } from './invite-link.tsx'
import { NewUser } from './new-user.tsx'
import { RoleSelect } from './role-select.tsx'

type User = Schema<'User'>
const MOST_SHOWN = 200

/** Who may sign in, and as what. */
export function UsersTab() {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const [removed, setRemoved] = useState<User | null>(null)
  const [invited, setInvited] = useState<{ name: string; invitation: Schema<'Invitation'> } | null>(null)
  const { data: list, error } = useQuery({
    queryKey: ['users'],
    queryFn: () => data(api.GET('/api/scheduler/users', { params: { query: { limit: MOST_SHOWN } } })),
  })
  const reload = () => queryClient.invalidateQueries({ queryKey: ['users'] })

  async function change(user: User, body: Schema<'UserChanges'>): Promise<void> {
    try {
      await api.PATCH('/api/scheduler/users/{id}', { params: { path: { id: user.id } }, body })
      notifications.show({ message: t('settings.users.changed') })
    } catch (thrown) {
      notifyProblem(thrown)
    }
    await reload()
  }

  async function invite({ id, username }: User): Promise<void> {
    try {
      const call = api.POST('/api/scheduler/users/{id}/invite', { params: { path: { id } } })
      setInvited({ name: username, invitation: await data(call) })
    } catch (thrown) {
      notifyProblem(thrown)
    }
  }

  async function removeFactor({ id }: User): Promise<void> {
    try {
      await api.DELETE('/api/scheduler/users/{id}/second-factor', { params: { path: { id } } })
      notifications.show({ message: t('settings.users.factorRemoved') })
    } catch (thrown) {
      notifyProblem(thrown)
    }
    await reload()
  }

  async function remove(user: User): Promise<void> {
    await api.DELETE('/api/scheduler/users/{id}', { params: { path: { id: user.id } } })
    notifications.show({ message: t('settings.users.removed', { name: user.username }) })
    await reload()
  }

  const columns = useColumns({
    onChange: (user, body) => void change(user, body),
    onInvite: (user) => void invite(user),
    onRemoveFactor: (user) => void removeFactor(user),
    onRemove: setRemoved,
  })
  return (
    <Stack gap="md">
      <Group justify="flex-end">
        <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setAdding(true)}>
          {t('settings.users.add')}
        </Button>
      </Group>
      {error && <ProblemNotice error={error} />}
      <Panel isFlush>
        <ShortTable columns={columns} rows={list?.users ?? []} rowId={({ id }) => id} minWidth={760} />
      </Panel>
      <NewUser
        isOpen={isAdding}
        onClose={() => {
          setAdding(false)
          void reload()
        }}
      />
      <Modal opened={invited !== null} onClose={() => setInvited(null)} title={t('settings.users.newLink')}>
        {invited !== null && <InviteLink {...invited} onClose={() => setInvited(null)} />}
      </Modal>
      <Confirm
        isOpen={removed !== null}
        onClose={() => setRemoved(null)}
        title={t('settings.users.removeTitle', { name: removed?.username ?? '' })}
        action={t('settings.users.remove')}
        onConfirm={() => remove(removed!)}
      >
        {t('settings.users.removeText')}
      </Confirm>
    </Stack>
  )
}

interface UserActs {
  onChange: (user: User, body: Schema<'UserChanges'>) => void
  onInvite: (user: User) => void
  onRemoveFactor: (user: User) => void
  onRemove: (user: User) => void
}

function useColumns(acts: UserActs): ShortColumn<User>[] {
  const { t } = useTranslation()
  const me = useIdentity()?.user.id
  const isAcross = useSeesSeveral()
  return [
    {
      id: 'name',
      header: t('settings.users.name'),
      cell: (user) => (isAcross ? signInNameOf(user) : user.username),
    },
    { id: 'displayName', header: t('settings.users.displayName'), cell: ({ display_name }) => display_name },
    {
      id: 'role',
      header: t('settings.users.role'),
      cell: (user) => (
        <RoleSelect value={user.role} isDisabled={user.id === me} onChange={(role) => acts.onChange(user, { role })} />
      ),
    },
    {
      id: 'lastLogin',
      header: t('settings.users.lastLogin'),
      cell: ({ last_login_at }) => <Instant at={last_login_at} />,
    },
    {
      id: 'status',
      header: t('settings.users.status'),
      cell: (user) => (
        <Text span size="sm" {...(user.disabled && { c: 'dimmed' })}>
          {t(`settings.users.${stateOf(user)}`)}
        </Text>
      ),
    },
    {
      id: 'acts',
      header: '',
      cell: (user) =>
        user.id !== me && (
          <Group justify="flex-end">
            <UserMenu user={user} {...acts} />
          </Group>
        ),
    },
  ]
}

function UserMenu({ user, onChange, onInvite, onRemoveFactor, onRemove }: UserActs & { user: User }) {
  const { t } = useTranslation()
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label={`${t('actions.more')}: ${user.username}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onChange(user, { disabled: !user.disabled })}>
          {t(user.disabled ? 'settings.users.enable' : 'settings.users.disable')}
        </Menu.Item>
        {user.source === null && !user.disabled && (
          <Menu.Item onClick={() => onInvite(user)}>{t('settings.users.newLink')}</Menu.Item>
        )}
        {user.second_factor && (
          <Menu.Item onClick={() => onRemoveFactor(user)}>{t('settings.users.removeFactor')}</Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item color="var(--failed)" onClick={() => onRemove(user)}>
          {t('settings.users.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function stateOf({ disabled, source, has_password: hasPassword }: User): 'disabled' | 'invited' | 'active' {
  if (disabled) return 'disabled'
  return source === null && !hasPassword ? 'invited' : 'active'
}
