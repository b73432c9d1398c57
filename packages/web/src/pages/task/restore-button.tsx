import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { IconRestore } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ApiProblem, toProblem } from '../../api/problem.ts'
import { notifyProblem } from '../../ui/notify.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'

/** Brings a deleted task back; asks for another name where a task has taken its own, and offers one that is free. */
export function RestoreButton({ onRestore }: { onRestore: (name?: string) => Promise<unknown> }) {
  const { t } = useTranslation()
  const [refusal, setRefusal] = useState<ApiProblem | null>(null)
  const [name, setName] = useState('')
  const [isBusy, setBusy] = useState(false)

  async function restore(wanted?: string): Promise<void> {
    setBusy(true)
    try {
      await onRestore(wanted)
      setRefusal(null)
    } catch (error) {
      const problem = toProblem(error)
      const taken = problem.problem?.errors?.find(({ path }) => path === 'name')
      if (taken === undefined) notifyProblem(error)
      else {
        setRefusal(problem)
        if (taken.suggestion) setName(taken.suggestion)
      }
    } finally {
      setBusy(false)
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    void restore(name)
  }

  return (
    <>
      <Button leftSection={<IconRestore size={14} aria-hidden />} loading={isBusy} onClick={() => void restore()}>
        {t('taskPage.restore')}
      </Button>
      <Modal opened={refusal !== null} onClose={() => setRefusal(null)} title={t('taskPage.restoreTitle')}>
        <form onSubmit={submit}>
          <Stack gap="md">
            <ProblemNotice error={refusal} />
            <TextInput
              label={t('taskPage.restoreName')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setRefusal(null)}>
                {t('actions.cancel')}
              </Button>
              <Button type="submit" loading={isBusy} disabled={name.trim() === ''}>
                {t('taskPage.restore')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  )
}
