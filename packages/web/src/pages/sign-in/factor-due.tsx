import { Center, Paper, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RecoveryCodes } from '../../subjects/account/second-factor.tsx'
import { SetUpFactor } from '../../subjects/account/set-up-factor.tsx'

/** What somebody sees who may not go on without a second factor. */
export function FactorDue({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const [codes, setCodes] = useState<string[] | null>(null)
  return (
    <Center component="main" mih="100%" p="xl">
      <Stack w={380}>
        <Title order={1}>{t('account.factor.due')}</Title>
        <Text c="dimmed">{t('account.factor.dueText')}</Text>
        <Paper withBorder p="xl" radius="lg">
          {codes === null ? <SetUpFactor onDone={setCodes} /> : <RecoveryCodes codes={codes} onKept={onDone} />}
        </Paper>
      </Stack>
    </Center>
  )
}
