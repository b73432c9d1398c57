import { Button, Checkbox, Modal, PasswordInput, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { useForm } from '../../ui/form/use-form.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { InviteLink } from './invite-link.tsx'
import { type Role, RoleSelect } from './role-select.tsx'

interface NewUserProps {
  isOpen: boolean
  onClose: () => void
}

interface Invited {
  name: string
  invitation: Schema<'Invitation'>
}

/** A person, with a link to choose a password by, or with a one-time password. */
export function NewUser({ isOpen, onClose }: NewUserProps) {
  const { t } = useTranslation()
  const [invited, setInvited] = useState<Invited | null>(null)

  function close(): void {
    setInvited(null)
    onClose()
  }

  return (
    <Modal opened={isOpen} onClose={close} title={t('settings.users.add')}>
      {invited === null ? (
        <UserForm onDone={(made) => (made === null ? close() : setInvited(made))} />
      ) : (
        <InviteLink {...invited} onClose={close} />
      )}
    </Modal>
  )
}

const BLANK = { username: '', display_name: '', role: 'viewer' as Role, password: '', invite: true }

function UserForm({ onDone }: { onDone: (invited: Invited | null) => void }) {
  const { t } = useTranslation()
  const form = useForm(BLANK, async ({ display_name, invite, password, ...rest }) => {
    const way = invite ? { invite } : { password, must_change_password: true }
    const body = { ...rest, ...way, ...(display_name !== '' && { display_name }) }
    const { invitation } = await data(api.POST('/api/scheduler/users', { body }))
    notifications.show({ message: t('settings.users.added', { name: rest.username }) })
    onDone(invitation && { name: rest.username, invitation })
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
        <Checkbox
          label={t('settings.users.invite')}
          checked={form.values.invite}
          onChange={(event) => form.set('invite', event.currentTarget.checked)}
        />
        {!form.values.invite && (
          <PasswordInput
            label={t('settings.users.password')}
            description={t('settings.users.passwordNote')}
            required
            autoComplete="new-password"
            {...form.text('password')}
          />
        )}
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Button type="submit" loading={form.isBusy}>
          {t('settings.users.add')}
        </Button>
      </Stack>
    </form>
  )
}
