import { useTranslation } from 'react-i18next'
import type { Schema } from '../../api/types.ts'
import { Instant } from '../../ui/instant.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'

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
    <ShownOnce value={link} onClose={onClose}>
      {t('settings.users.link', { name })} <Instant at={invitation.expires_at} />
    </ShownOnce>
  )
}
