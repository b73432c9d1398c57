import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { signIn } from '../../app/session.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'

/** Name and password; `onDone` once the session is open. */
export function SignInForm({ onDone, username: known = '' }: { onDone: () => void; username?: string }) {
  const { t } = useTranslation()
  const [username, setUsername] = useState(known)
  const [password, setPassword] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await signIn(username, password)
      onDone()
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <TextInput
          size="sm"
          label={t('signIn.username')}
          autoComplete="username"
          required
          data-autofocus
          autoFocus={known === ''}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          size="sm"
          label={t('signIn.password')}
          autoComplete="current-password"
          required
          autoFocus={known !== ''}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {error !== null && <ProblemNotice error={error} />}
        <Button type="submit" size="sm" loading={isBusy}>
          {t('signIn.submit')}
        </Button>
      </Stack>
    </form>
  )
}
