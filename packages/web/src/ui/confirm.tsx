import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNotice } from './problem-notice.tsx'

interface ConfirmProps {
  isOpen: boolean
  onClose: () => void
  title: string
  /** Names what is lost and whether it can be brought back. */
  children: ReactNode
  /** The act, as a verb: "Delete 3 tasks". */
  action: string
  onConfirm: () => Promise<unknown>
  /** Must be typed first; for what cannot be undone. */
  word?: string
}

/** Asks before something is lost. Stays open with the server's words when the act fails. */
export function Confirm({ isOpen, onClose, title, children, action, onConfirm, word }: ConfirmProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)

  function close(): void {
    setTyped('')
    setError(null)
    onClose()
  }

  async function confirm(): Promise<void> {
    setBusy(true)
    setError(null)
    try {
      await onConfirm()
      close()
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Modal opened={isOpen} onClose={close} title={title}>
      <Stack gap="md">
        <Text size="sm" component="div">
          {children}
        </Text>
        {word !== undefined && (
          <TextInput
            label={t('confirm.type', { word })}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        {error !== null && <ProblemNotice error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('actions.cancel')}
          </Button>
          <Button
            color="red"
            loading={isBusy}
            disabled={word !== undefined && typed !== word}
            onClick={() => void confirm()}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
