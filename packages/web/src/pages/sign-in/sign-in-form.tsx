import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toProblem } from '../../api/problem.ts'
import { signIn } from '../../ground/session.ts'
import { useForm } from '../../ui/form/use-form.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'

const NEEDS_CODE = 'urn:rota:problem:second_factor_required'

/** Name and password, and a code where the account has a second factor; `onDone` once the session is open. */
export function SignInForm({ onDone, username: known = '' }: { onDone: () => void; username?: string }) {
  const { t } = useTranslation()
  const [needsCode, setNeedsCode] = useState(false)
  const form = useForm({ username: known, password: '', code: '' }, async ({ username, password, code }) => {
    try {
      await signIn({ username, password, ...(needsCode && proofOf(code)) })
    } catch (thrown) {
      if (needsCode || toProblem(thrown).problem?.type !== NEEDS_CODE) throw thrown
      setNeedsCode(true)
      return
    }
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
        {needsCode && (
          <TextInput
            size="sm"
            label={t('signIn.code')}
            description={t('signIn.codeNote')}
            autoComplete="one-time-code"
            required
            autoFocus
            {...form.text('code')}
          />
        )}
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Button type="submit" size="sm" loading={form.isBusy}>
          {t('signIn.submit')}
        </Button>
      </Stack>
    </form>
  )
}

/** Six digits are what a device shows; anything else is a recovery code. */
function proofOf(code: string): { totp: string } | { recovery_code: string } {
  return /^[\d ]+$/.test(code) ? { totp: code } : { recovery_code: code }
}
