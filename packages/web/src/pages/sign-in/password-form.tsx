import { Button, PasswordInput, Stack } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toProblem } from '../../api/problem.ts'
import { changePassword } from '../../app/session.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'

/** Changes the own password; used at the first sign-in and in the settings. */
export function PasswordForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const differs = again !== '' && again !== next
  const fields = error === null ? {} : toProblem(error).fields

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (next !== again) return
    setBusy(true)
    setError(null)
    try {
      await changePassword(current, next)
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
        <PasswordInput
          size="sm"
          label={t('signIn.current')}
          autoComplete="current-password"
          required
          value={current}
          error={fields.current_password}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordInput
          size="sm"
          label={t('signIn.next')}
          autoComplete="new-password"
          required
          value={next}
          error={fields.new_password}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <PasswordInput
          size="sm"
          label={t('signIn.again')}
          autoComplete="new-password"
          required
          value={again}
          error={differs ? t('signIn.differ') : undefined}
          onChange={(event) => setAgain(event.currentTarget.value)}
        />
        {error !== null && Object.keys(fields).length === 0 && <ProblemNotice error={error} />}
        <Button type="submit" size="sm" loading={isBusy} disabled={differs}>
          {t('signIn.change')}
        </Button>
      </Stack>
    </form>
  )
}
