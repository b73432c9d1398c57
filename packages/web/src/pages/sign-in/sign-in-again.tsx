import { Modal, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { SignInWays } from './sign-in-ways.tsx'

/** Over the page as it is, so that what was typed stays. */
export function SignInAgain({ username, onDone }: { username: string; onDone: () => void }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()

  async function goOn(): Promise<void> {
    onDone()
    await queryClient.invalidateQueries()
  }

  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('signIn.expired')}
    >
      <Stack>
        <Text size="sm">{t('signIn.expiredText')}</Text>
        <SignInWays username={username} onDone={() => void goOn()} />
      </Stack>
    </Modal>
  )
}
