import { Button, Group, Modal, PasswordInput, Select, Stack, Table, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { toProblem } from '../../api/problem.ts'
import type { Schema } from '../../api/types.ts'
import { useIdentity } from '../../app/identity.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Instant } from '../../ui/instant.tsx'
import { notifyProblem } from '../../ui/notify.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'

type User = Schema<'User'>
type Role = Schema<'Role'>
const ROLES = ['viewer', 'operator', 'editor', 'admin'] as const satisfies Role[]
const MOST_SHOWN = 200

/** Who may sign in, and as what. */
export function UsersTab() {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const me = useIdentity()?.user.id
  const [isAdding, setAdding] = useState(false)
  const [removed, setRemoved] = useState<User | null>(null)
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

  async function remove(user: User): Promise<void> {
    await api.DELETE('/api/scheduler/users/{id}', { params: { path: { id: user.id } } })
    notifications.show({ message: t('settings.users.removed', { name: user.username }) })
    await reload()
  }

  return (
    <Stack gap="md">
      <Group justify="flex-end">
        <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setAdding(true)}>
          {t('settings.users.add')}
        </Button>
      </Group>
      {error && <ProblemNotice error={error} />}
      <Panel isFlush>
        <Table.ScrollContainer minWidth={760}>
          <Table fz="sm" verticalSpacing={6} horizontalSpacing="md">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('settings.users.name')}</Table.Th>
                <Table.Th>{t('settings.users.displayName')}</Table.Th>
                <Table.Th>{t('settings.users.role')}</Table.Th>
                <Table.Th>{t('settings.users.lastLogin')}</Table.Th>
                <Table.Th>{t('settings.users.status')}</Table.Th>
                <Table.Th />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {list?.users.map((user) => (
                <Table.Tr key={user.id}>
                  <Table.Td>{user.username}</Table.Td>
                  <Table.Td>{user.display_name}</Table.Td>
                  <Table.Td>
                    <RoleSelect
                      value={user.role}
                      isDisabled={user.id === me}
                      onChange={(role) => void change(user, { role })}
                    />
                  </Table.Td>
                  <Table.Td>
                    <Instant at={user.last_login_at} />
                  </Table.Td>
                  <Table.Td>
                    <Text span size="sm" {...(user.disabled && { c: 'dimmed' })}>
                      {t(user.disabled ? 'settings.users.disabled' : 'settings.users.active')}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    {user.id !== me && (
                      <Group justify="flex-end" gap="sm" wrap="nowrap">
                        <Button variant="default" onClick={() => void change(user, { disabled: !user.disabled })}>
                          {t(user.disabled ? 'settings.users.enable' : 'settings.users.disable')}
                        </Button>
                        <Button variant="default" onClick={() => setRemoved(user)}>
                          {t('settings.users.remove')}
                        </Button>
                      </Group>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Panel>
      <NewUser
        isOpen={isAdding}
        onClose={() => {
          setAdding(false)
          void reload()
        }}
      />
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

interface RoleSelectProps {
  value: Role
  onChange: (role: Role) => void
  isDisabled?: boolean
  label?: string
}

function RoleSelect({ value, onChange, isDisabled = false, label }: RoleSelectProps) {
  const { t } = useTranslation()
  return (
    <Select
      label={label}
      aria-label={t('settings.users.role')}
      disabled={isDisabled}
      allowDeselect={false}
      data={ROLES.map((role) => ({ value: role, label: t(`settings.roles.${role}`) }))}
      renderOption={({ option }) => (
        <div>
          <div>{option.label}</div>
          <Text size="xs" c="dimmed">
            {t(`settings.roleTexts.${option.value as Role}`)}
          </Text>
        </div>
      )}
      value={value}
      onChange={(role) => role !== null && role !== value && onChange(role as Role)}
      comboboxProps={{ width: 260, position: 'bottom-start' }}
      maw={label === undefined ? 160 : undefined}
    />
  )
}

function NewUser({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const [username, setUsername] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [password, setPassword] = useState('')
  const [error, setError] = useState<unknown>(null)
  const fields = error === null ? {} : toProblem(error).fields

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    setError(null)
    try {
      const names = { username, ...(displayName !== '' && { display_name: displayName }) }
      await api.POST('/api/scheduler/users', { body: { ...names, role, password, must_change_password: true } })
      notifications.show({ message: t('settings.users.added', { name: username }) })
      close()
    } catch (thrown) {
      setError(thrown)
    }
  }

  function close(): void {
    setUsername('')
    setDisplayName('')
    setPassword('')
    setError(null)
    onClose()
  }

  return (
    <Modal opened={isOpen} onClose={close} title={t('settings.users.add')}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          <TextInput
            label={t('settings.users.name')}
            required
            data-autofocus
            autoComplete="off"
            value={username}
            error={fields.username}
            onChange={(event) => setUsername(event.currentTarget.value)}
          />
          <TextInput
            label={t('settings.users.displayName')}
            value={displayName}
            error={fields.display_name}
            onChange={(event) => setDisplayName(event.currentTarget.value)}
          />
          <RoleSelect label={t('settings.users.role')} value={role} onChange={setRole} />
          <PasswordInput
            label={t('settings.users.password')}
            description={t('settings.users.passwordNote')}
            required
            autoComplete="new-password"
            value={password}
            error={fields.password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {error !== null && Object.keys(fields).length === 0 && <ProblemNotice error={error} />}
          <Button type="submit">{t('settings.users.add')}</Button>
        </Stack>
      </form>
    </Modal>
  )
}
