import { Button, Modal, MultiSelect, NumberInput, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Permission } from '../../api/types.ts'
import { useIdentity } from '../../ground/identity.ts'
import { useForm } from '../../ui/form/use-form.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'

interface NewTokenProps {
  isOpen: boolean
  onClose: () => void
}

/** What a new token may, and for how long; then the token itself, which is shown once. */
export function NewToken({ isOpen, onClose }: NewTokenProps) {
  const { t } = useTranslation()
  const [made, setMade] = useState<string | null>(null)

  function close(): void {
    setMade(null)
    onClose()
  }

  return (
    <Modal opened={isOpen} onClose={close} title={t('settings.tokens.add')}>
      {made === null ? (
        <TokenForm onMade={setMade} />
      ) : (
        <ShownOnce value={made} onClose={close}>
          {t('settings.tokens.made')}
        </ShownOnce>
      )}
    </Modal>
  )
}

const BLANK = { name: '', scopes: ['view'], expires_in_days: 90 as number | string, password: '' }

async function makeToken({ name, scopes, expires_in_days: days, password }: typeof BLANK): Promise<string> {
  const body = {
    name,
    scopes: scopes as Permission[],
    ...(typeof days === 'number' && { expires_in_days: days }),
    ...(password !== '' && { password }),
  }
  return (await data(api.POST('/api/scheduler/tokens', { body }))).token
}

function TokenForm({ onMade }: { onMade: (token: string) => void }) {
  const { t } = useTranslation()
  const permissions = useIdentity()?.permissions ?? []
  const form = useForm(BLANK, async (values) => onMade(await makeToken(values)))
  // What may much is asked for the password; once it was, the field stays.
  const isAsked = form.values.password !== '' || form.faultAt('password') !== undefined
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="md">
        <TextInput label={t('settings.tokens.name')} required data-autofocus {...form.text('name')} />
        <MultiSelect
          label={t('settings.tokens.scopes')}
          data={permissions.map((value) => ({ value, label: t(`settings.permissions.${value}`) }))}
          {...form.field('scopes')}
        />
        <NumberInput
          label={t('settings.tokens.days')}
          description={t('settings.tokens.daysNote')}
          min={1}
          max={3_660}
          {...form.field('expires_in_days')}
        />
        {isAsked && (
          <PasswordInput
            label={t('settings.tokens.password')}
            description={t('settings.tokens.passwordNote')}
            required
            data-autofocus
            autoComplete="current-password"
            {...form.text('password')}
          />
        )}
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Button type="submit" loading={form.isBusy} disabled={form.values.scopes.length === 0}>
          {t('settings.tokens.add')}
        </Button>
      </Stack>
    </form>
  )
}
