import { Button, Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import i18next from 'i18next'

interface NotifyDoneOptions {
  /** The way back; what it throws is told by itself. */
  undo?: (() => Promise<void>) | undefined
}

/** Long enough to find that it was a mistake; whoever minds the notice closes it. */
const UNDO_MS = 300_000

let made = 0

/** Says what was done, and offers the way back where there is one. */
export function notifyDone(message: string, { undo }: NotifyDoneOptions = {}): void {
  const id = `done-${made++}`
  const takeBack = () => {
    notifications.hide(id)
    void undo?.()
  }
  notifications.show({
    id,
    ...(undo && { autoClose: UNDO_MS }),
    message: (
      <Group justify="space-between" wrap="nowrap">
        <span>{message}</span>
        {undo && (
          <Button variant="default" size="compact-xs" onClick={takeBack}>
            {i18next.t('actions.undo')}
          </Button>
        )}
      </Group>
    ),
  })
}
