import { Alert, Button, CopyButton, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { useForm } from '../../ui/form/use-form.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import classes from './second-factor.module.css'
import { SetUpFactor } from './set-up-factor.tsx'

type Act = 'set' | 'remove' | 'renew'

/** Whether a code is asked for beside the password, and what can be done about it. */
export function SecondFactor() {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [act, setAct] = useState<Act | null>(null)
  const [codes, setCodes] = useState<string[] | null>(null)
  const { data: factor, error } = useQuery({
    queryKey: ['second-factor'],
    queryFn: () => data(api.GET('/api/auth/second-factor')),
  })

  async function done(shown: string[] | null): Promise<void> {
    setAct(null)
    setCodes(shown)
    await queryClient.invalidateQueries({ queryKey: ['second-factor'] })
  }

  if (error) return <ProblemNotice error={error} />
  if (factor === undefined) return null
  return (
    <Stack gap="md">
      <Text size="sm">
        {factor.enabled ? t('account.factor.on', { count: factor.recovery_codes_left }) : t('account.factor.about')}
      </Text>
      <Group>
        {factor.enabled ? (
          <>
            <Button variant="default" onClick={() => setAct('renew')}>
              {t('account.factor.renew')}
            </Button>
            <Button variant="default" onClick={() => setAct('remove')}>
              {t('account.factor.remove')}
            </Button>
          </>
        ) : (
          <Button onClick={() => setAct('set')}>{t('account.factor.set')}</Button>
        )}
      </Group>
      <Modal opened={act !== null} onClose={() => setAct(null)} title={t(`account.factor.${act ?? 'title'}`)}>
        {act === 'set' && <SetUpFactor onDone={(shown) => void done(shown)} />}
        {(act === 'remove' || act === 'renew') && <Proven act={act} onDone={(shown) => void done(shown)} />}
      </Modal>
      <Modal opened={codes !== null} onClose={() => setCodes(null)} title={t('account.factor.title')}>
        {codes !== null && <RecoveryCodes codes={codes} onKept={() => setCodes(null)} />}
      </Modal>
    </Stack>
  )
}

/** What an open page alone must not be enough for. */
function Proven({ act, onDone }: { act: 'remove' | 'renew'; onDone: (codes: string[] | null) => void }) {
  const { t } = useTranslation()
  const form = useForm({ password: '', totp: '' }, async ({ password, totp: code }) => {
    const body = { password, ...(/^[\d ]+$/.test(code) ? { totp: code } : { recovery_code: code }) }
    if (act === 'renew') {
      onDone((await data(api.POST('/api/auth/second-factor/recovery-codes', { body }))).recovery_codes)
      return
    }
    await api.POST('/api/auth/second-factor/removal', { body })
    notifications.show({ message: t('account.factor.off') })
    onDone(null)
  })
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="md">
        <PasswordInput
          label={t('account.factor.password')}
          autoComplete="current-password"
          required
          data-autofocus
          {...form.text('password')}
        />
        <TextInput label={t('account.factor.either')} autoComplete="one-time-code" required {...form.text('totp')} />
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Button type="submit" loading={form.isBusy}>
          {t(`account.factor.${act}`)}
        </Button>
      </Stack>
    </form>
  )
}

/** Shown once. */
export function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const { t } = useTranslation()
  return (
    <Stack gap="md">
      <Alert color="yellow" variant="light">
        {t('account.factor.codes')}
      </Alert>
      <pre className={classes.codes}>{codes.join('\n')}</pre>
      <Group justify="flex-end">
        <CopyButton value={codes.join('\n')}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {t(copied ? 'actions.copied' : 'actions.copy')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onKept}>{t('account.factor.kept')}</Button>
      </Group>
    </Stack>
  )
}
