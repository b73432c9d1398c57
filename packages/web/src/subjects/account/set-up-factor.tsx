import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { encode } from 'uqr'
import { api, data } from '../../api/client.ts'
import { useForm } from '../../ui/form/use-form.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import classes from './second-factor.module.css'

/** A secret for a device, then its first code; answers the recovery codes. */
export function SetUpFactor({ onDone }: { onDone: (codes: string[]) => void }) {
  const { t } = useTranslation()
  const { data: offer, error } = useQuery({
    queryKey: ['second-factor-offer'],
    queryFn: () => data(api.POST('/api/auth/second-factor')),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  })
  const form = useForm({ totp: '', password: '' }, async (values) => {
    const body = { enrolment: offer!.enrolment, ...values }
    onDone((await data(api.PUT('/api/auth/second-factor', { body }))).recovery_codes)
  })
  if (error) return <ProblemNotice error={error} />
  if (offer === undefined) return null
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="md">
        <Text size="sm">{t('account.factor.scan')}</Text>
        <Group justify="center">
          <Picture text={offer.uri} label={t('account.factor.picture')} />
        </Group>
        <div>
          <Text size="xs" c="dimmed">
            {t('account.factor.secret')}
          </Text>
          <code className={classes.secret}>{offer.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code>
        </div>
        <TextInput
          label={t('account.factor.code')}
          autoComplete="one-time-code"
          inputMode="numeric"
          required
          data-autofocus
          {...form.text('totp')}
        />
        <PasswordInput
          label={t('account.factor.password')}
          autoComplete="current-password"
          required
          {...form.text('password')}
        />
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Button type="submit" loading={form.isBusy}>
          {t('account.factor.confirm')}
        </Button>
      </Stack>
    </form>
  )
}

/** Dark on light in both colour schemes: cameras expect it. */
function Picture({ text, label }: { text: string; label: string }) {
  const { size, data: rows } = encode(text, { border: 2 })
  const dark = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return (
    <svg className={classes.picture} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <path d={dark.join('')} />
    </svg>
  )
}
