import { Alert, Button, CopyButton, Group, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../api/types.ts'
import { Instant } from '../../ui/instant.tsx'
import classes from './invite-link.module.css'

interface InviteLinkProps {
  name: string
  invitation: Schema<'Invitation'>
  onClose: () => void
}

/** By which somebody chooses a password; shown once. */
export function InviteLink({ name, invitation, onClose }: InviteLinkProps) {
  const { t } = useTranslation()
  const link = `${window.location.origin}/invite#${invitation.token}`
  return (
    <Stack gap="md">
      <Alert color="yellow" variant="light">
        {t('settings.users.link', { name })} <Instant at={invitation.expires_at} />
      </Alert>
      <code className={classes.secret}>{link}</code>
      <Group justify="flex-end">
        <CopyButton value={link}>
          {({ copied, copy }) => <Button onClick={copy}>{t(copied ? 'actions.copied' : 'actions.copy')}</Button>}
        </CopyButton>
        <Button variant="default" onClick={onClose}>
          {t('actions.close')}
        </Button>
      </Group>
    </Stack>
  )
}
