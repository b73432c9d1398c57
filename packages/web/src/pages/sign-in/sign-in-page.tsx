import { Alert, Center, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import mark from '../../theme/mark.svg'
import { SignInWays } from './sign-in-ways.tsx'

/** What everybody sees who is not signed in; the address stays, so that one lands where one wanted to go. */
export function SignInPage({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  useEffect(() => {
    document.title = t('signIn.title')
  }, [t])
  return (
    <Center component="main" mih="100%" p="xl">
      <Stack w={380} gap="lg">
        <Group gap="sm">
          <img src={mark} alt="" width={32} height={32} />
          <Title order={1}>{t('signIn.title')}</Title>
        </Group>
        <Paper withBorder p="xl" radius="lg">
          <SignInWays onDone={onDone} />
        </Paper>
        <Alert variant="light" color="gray" icon={<IconKey size={18} />}>
          <Text size="sm">{t('signIn.firstTime')}</Text>
        </Alert>
      </Stack>
    </Center>
  )
}
