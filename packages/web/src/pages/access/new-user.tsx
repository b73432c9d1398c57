import { Button, Modal, PasswordInput, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useForm } from '../../ui/form/use-form.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { type Role, RoleSelect } from './role-select.tsx'

interface NewUserProps {
  isOpen: boolean
  onClose: () => void
}

/** A person with a one-time password. */
export function NewUser({ isOpen, onClose }: NewUserProps) {
  const { t } = useTranslation()
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('settings.users.add')}>
      <UserForm onDone={onClose} />
    </Modal>
  )
}

const BLANK = { username: '', display_name: '', role: 'viewer' as Role, password: '' }

function UserForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const form = useForm(BLANK, async ({ display_name, ...rest }) => {
    const body = { ...rest, ...(display_name !== '' && { display_name }), must_change_password: true }
    await api.POST('/api/scheduler/users', { body })
    notifications.show({ message: t('settings.users.added', { name: rest.username }) })
    onDone()
  })
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="md">
        <TextInput
          label={t('settings.users.name')}
          required
          data-autofocus
          autoComplete="off"
          {...form.text('username')}
        />
        <TextInput label={t('settings.users.displayName')} {...form.text('display_name')} />
        <RoleSelect label={t('settings.users.role')} {...form.field('role')} />
        <PasswordInput
          label={t('settings.users.password')}
          description={t('settings.users.passwordNote')}
          required
          autoComplete="new-password"
          {...form.text('password')}
        />
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Button type="submit" loading={form.isBusy}>
          {t('settings.users.add')}
        </Button>
      </Stack>
    </form>
  )
}
