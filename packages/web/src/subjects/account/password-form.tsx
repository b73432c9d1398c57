import { Button, PasswordInput, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { changePassword } from '../../ground/session.ts'
import { useForm } from '../../ui/form/use-form.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'

const BLANK = { current_password: '', new_password: '', again: '' }

/** Changes the own password; used at the first sign-in and in the settings. */
export function PasswordForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const form = useForm(BLANK, async ({ current_password, new_password }) => {
    await changePassword(current_password, new_password)
    onDone()
  })
  const { again, new_password: next } = form.values
  const differs = again !== '' && again !== next
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="md">
        <PasswordInput
          size="sm"
          label={t('signIn.current')}
          autoComplete="current-password"
          required
          {...form.text('current_password')}
        />
        <PasswordInput
          size="sm"
          label={t('signIn.next')}
          autoComplete="new-password"
          required
          {...form.text('new_password')}
        />
        <PasswordInput
          size="sm"
          label={t('signIn.again')}
          autoComplete="new-password"
          required
          {...form.text('again')}
          error={differs ? t('signIn.differ') : undefined}
        />
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Button type="submit" size="sm" loading={form.isBusy} disabled={differs}>
          {t('signIn.change')}
        </Button>
      </Stack>
    </form>
  )
}
