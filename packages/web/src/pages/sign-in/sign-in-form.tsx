import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { signIn } from '../../ground/session.ts'
import { useForm } from '../../ui/form/use-form.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'

/** Name and password; `onDone` once the session is open. */
export function SignInForm({ onDone, username: known = '' }: { onDone: () => void; username?: string }) {
  const { t } = useTranslation()
  const form = useForm({ username: known, password: '' }, async ({ username, password }) => {
    await signIn(username, password)
    onDone()
  })
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="md">
        <TextInput
          size="sm"
          label={t('signIn.username')}
          autoComplete="username"
          required
          data-autofocus
          autoFocus={known === ''}
          {...form.text('username')}
        />
        <PasswordInput
          size="sm"
          label={t('signIn.password')}
          autoComplete="current-password"
          required
          autoFocus={known !== ''}
          {...form.text('password')}
        />
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Button type="submit" size="sm" loading={form.isBusy}>
          {t('signIn.submit')}
        </Button>
      </Stack>
    </form>
  )
}
