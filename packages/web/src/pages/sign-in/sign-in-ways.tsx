import { Alert, Anchor, Button, Divider, Stack } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { SignInForm } from './sign-in-form.tsx'

/** By a provider, or by name and password: what there is here. */
export function SignInWays({ onDone, username }: { onDone: () => void; username?: string }) {
  const { t } = useTranslation()
  const [isOpened, setOpened] = useState(false)
  // Asked once: the reason why a sign-in failed is told once, too.
  const { data: ways, isPending } = useQuery({
    queryKey: ['sign-in-ways'],
    queryFn: () => data(api.GET('/api/auth/ways')),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  if (isPending) return null
  const { providers = [], problem = null, local = true, directory = false } = ways ?? {}
  const hasForm = local || directory || isOpened
  return (
    <Stack gap="md">
      {problem !== null && (
        <Alert color="red" variant="light" role="alert" icon={<IconAlertCircle size={18} />}>
          {problem}
        </Alert>
      )}
      {providers.map(({ id, name }) => (
        <Button key={id} component="a" size="sm" variant="default" href={startOf(id)}>
          {t('signIn.with', { name })}
        </Button>
      ))}
      {providers.length > 0 && hasForm && <Divider label={t('signIn.or')} />}
      {hasForm && <SignInForm onDone={onDone} {...(username !== undefined && { username })} />}
      {!hasForm && (
        <Anchor component="button" type="button" size="sm" ta="center" onClick={() => setOpened(true)}>
          {t('signIn.byPassword')}
        </Anchor>
      )}
    </Stack>
  )
}

/** One lands where one wanted to go. */
function startOf(id: string): string {
  const { pathname, search, hash } = window.location
  return `/api/auth/oidc/${id}/start?to=${encodeURIComponent(pathname + search + hash)}`
}
