import { Button, Modal, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { instantOfWall, toWallText } from '../../format/wall-clock.ts'
import { useZone } from '../../ground/zone.ts'
import { useForm } from '../../ui/form/use-form.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'

type Grant = Schema<'Grant'>

interface ProlongGrantProps {
  grant: Grant | null
  onClose: () => void
}

/** Lets a grant end at another instant, or never; also one that has ended. */
export function ProlongGrant({ grant, onClose }: ProlongGrantProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={grant !== null}
      onClose={onClose}
      title={t('access.grants.prolongTitle', { name: grant?.subject.name ?? '' })}
    >
      {grant !== null && <ProlongForm grant={grant} onDone={onClose} />}
    </Modal>
  )
}

function ProlongForm({ grant, onDone }: { grant: Grant; onDone: () => void }) {
  const { t } = useTranslation()
  const zone = useZone()
  const end = grant.expires_at === null ? '' : toWallText(grant.expires_at, zone)
  const form = useForm({ expires_at: end }, async ({ expires_at: wall }) => {
    const body = { expires_at: instantOfWall(wall, zone) }
    await api.PATCH('/api/scheduler/grants/{id}', { params: { path: { id: grant.id } }, body })
    notifications.show({ message: t('access.grants.prolonged') })
    onDone()
  })
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="md">
        <UntilInput data-autofocus {...form.text('expires_at')} />
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Button type="submit" loading={form.isBusy}>
          {t('access.grants.prolong')}
        </Button>
      </Stack>
    </form>
  )
}

/** When a grant ends, as the wall clock of the zone that is shown; empty for never. */
export function UntilInput(props: ComponentProps<typeof TextInput>) {
  const { t } = useTranslation()
  const zone = useZone()
  return (
    <TextInput
      label={t('access.grants.until')}
      description={t('access.grants.untilNote', { zone })}
      type="datetime-local"
      step={60}
      {...props}
    />
  )
}
