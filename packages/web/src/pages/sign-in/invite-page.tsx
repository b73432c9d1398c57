import { Button, Center, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { signIn } from '../../ground/session.ts'
import mark from '../../theme/mark.svg'
import { useForm } from '../../ui/form/use-form.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'

/** Read once, when the page is loaded: whatever draws it anew finds the address without it. */
const token = takeToken()

/** Where the link of an invitation leads. Its token stands behind the #, which no browser sends, and does not stay there. */
export function InvitePage() {
  const { t } = useTranslation()
  const { data: invited, error } = useQuery({
    queryKey: ['invitation'],
    queryFn: () => data(api.POST('/api/auth/invitation', { body: { token } })),
    enabled: token !== '',
    retry: false,
    gcTime: 0,
  })
  return (
    <Center component="main" mih="100%" p="xl">
      <Stack w={380} gap="lg">
        <Group gap="sm">
          <img src={mark} alt="" width={32} height={32} />
          <Title order={1}>{t('account.invite.title')}</Title>
        </Group>
        {token === '' && <Text>{t('account.invite.none')}</Text>}
        {error && <ProblemNotice error={error} />}
        {invited && (
          <>
            <Text c="dimmed">{t('account.invite.text', { name: invited.username })}</Text>
            <Paper withBorder p="xl" radius="lg">
              <ChoosePassword username={invited.username} />
            </Paper>
          </>
        )}
      </Stack>
    </Center>
  )
}

function ChoosePassword({ username }: { username: string }) {
  const { t } = useTranslation()
  const form = useForm({ password: '', again: '' }, async ({ password }) => {
    await api.POST('/api/auth/invitation/accept', { body: { token, password } })
    // A second factor that was set up before is asked for on the page itself.
    await signIn({ username, password }).catch(() => undefined)
    window.location.assign('/')
  })
  const { again, password } = form.values
  const differs = again !== '' && again !== password
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="md">
        <input type="text" autoComplete="username" value={username} readOnly hidden />
        <PasswordInput
          size="sm"
          label={t('account.invite.password')}
          autoComplete="new-password"
          required
          autoFocus
          {...form.text('password')}
        />
        <PasswordInput
          size="sm"
          label={t('account.invite.again')}
          autoComplete="new-password"
          required
          {...form.text('again')}
          error={differs ? t('signIn.differ') : undefined}
        />
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Button type="submit" size="sm" loading={form.isBusy} disabled={differs}>
          {t('account.invite.submit')}
        </Button>
      </Stack>
    </form>
  )
}

function takeToken(): string {
  const token = window.location.hash.slice(1)
  window.history.replaceState(null, '', window.location.pathname)
  return token
}
