import { Center, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { onSessionExpired } from '../api/client.ts'
import { toProblem } from '../api/problem.ts'
import { identityQuery } from '../ground/identity.ts'
import { signInNameOf } from '../ground/tenants.ts'
import { changeLanguage, currentLanguage, loadWords } from '../i18n/i18n.ts'
import { ProblemNotice } from '../ui/problem-notice.tsx'

// Who is signed in loads none of these.
const PasswordForm = lazy(async () => ({
  default: (await import('../subjects/account/password-form.tsx')).PasswordForm,
}))
const SignInAgain = lazy(async () => ({ default: (await import('../pages/sign-in/sign-in-again.tsx')).SignInAgain }))
const FactorDue = lazy(async () => {
  const [{ FactorDue: page }] = await Promise.all([import('../pages/sign-in/factor-due.tsx'), loadWords()])
  return { default: page }
})
const InvitePage = lazy(async () => {
  const [{ InvitePage: page }] = await Promise.all([import('../pages/sign-in/invite-page.tsx'), loadWords()])
  return { default: page }
})
const SignInPage = lazy(async () => ({ default: (await import('../pages/sign-in/sign-in-page.tsx')).SignInPage }))

/** Lets nobody past who is not signed in, nor with a one-time password; a session that ends later loses no form. */
export function Gate({ children }: { children: ReactNode }) {
  return <Suspense fallback={null}>{isInvited() ? <InvitePage /> : <Guarded>{children}</Guarded>}</Suspense>
}

/** Whoever follows an invitation is not signed in yet, or as somebody else. */
function isInvited(): boolean {
  return window.location.pathname === '/invite'
}

function Guarded({ children }: { children: ReactNode }) {
  const { data: identity, error, isPending, refetch } = useQuery(identityQuery)
  const problem = error === null ? null : toProblem(error)
  useOwnLanguage(identity?.user.language ?? null)
  if (isPending) return null
  if (identity === undefined) {
    if (problem?.status === 401) return <SignInPage onDone={() => void refetch()} />
    return (
      <Center component="main" mih="100%" p="xl">
        <ProblemNotice error={error} onRetry={() => void refetch()} />
      </Center>
    )
  }
  if (identity.user.must_change_password) return <FirstPassword onDone={() => void refetch()} />
  if (identity.second_factor_due) return <FactorDue onDone={() => void refetch()} />
  return (
    <>
      {children}
      <Expiry username={signInNameOf(identity.user)} />
    </>
  )
}

function FirstPassword({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  return (
    <Center component="main" mih="100%" p="xl">
      <Stack w={380}>
        <Title order={1}>{t('signIn.changeTitle')}</Title>
        <Text c="dimmed">{t('signIn.changeText')}</Text>
        <Paper withBorder p="xl" radius="lg">
          <PasswordForm onDone={onDone} />
        </Paper>
      </Stack>
    </Center>
  )
}

/** The account's language goes before the browser's, from the first page on. */
function useOwnLanguage(language: 'en' | 'zh' | null): void {
  useEffect(() => {
    if (language !== null && language !== currentLanguage()) void changeLanguage(language)
  }, [language])
}

/** Watches for the end of the session; the form that opens it again is loaded then. */
function Expiry({ username }: { username: string }) {
  const [isExpired, setExpired] = useState(false)
  useEffect(() => onSessionExpired(() => setExpired(true)), [])
  if (!isExpired) return null
  return (
    <Suspense fallback={null}>
      <SignInAgain username={username} onDone={() => setExpired(false)} />
    </Suspense>
  )
}
