import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { IconRestore } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { faultsAt, faultsOf } from '../../ui/form/faults.ts'
import { useForm } from '../../ui/form/use-form.tsx'
import { notifyProblem } from '../../ui/notify.ts'

/** Brings a deleted task back; asks for another name where a task has taken its own, and offers one that is free. */
export function RestoreButton({ onRestore }: { onRestore: (name?: string) => Promise<unknown> }) {
  const { t } = useTranslation()
  const form = useForm({ name: '' }, async ({ name }) => {
    try {
      await onRestore(name || undefined)
    } catch (error) {
      const [taken] = faultsAt(faultsOf(error), 'name')
      if (taken === undefined) return notifyProblem(error)
      if (taken.suggestion !== undefined) form.set('name', taken.suggestion)
      throw error
    }
  })
  return (
    <>
      <Button
        leftSection={<IconRestore size={14} aria-hidden />}
        loading={form.isBusy}
        onClick={() => void form.send()}
      >
        {t('taskPage.restore')}
      </Button>
      <Modal opened={form.faultAt('name') !== undefined} onClose={form.reset} title={t('taskPage.restoreTitle')}>
        <form onSubmit={form.onSubmit}>
          <Stack gap="md">
            <TextInput label={t('taskPage.restoreName')} data-autofocus {...form.text('name')} />
            <Group justify="flex-end">
              <Button variant="default" onClick={form.reset}>
                {t('actions.cancel')}
              </Button>
              <Button type="submit" loading={form.isBusy} disabled={form.values.name.trim() === ''}>
                {t('taskPage.restore')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  )
}
