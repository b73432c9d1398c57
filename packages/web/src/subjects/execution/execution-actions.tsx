import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlayerStop, IconRefresh } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Execution } from '../../api/types.ts'
import { useMay } from '../../ground/identity.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { notifyProblem } from '../../ui/notify.ts'
import { isOver } from './outcome.ts'
import { useOpenExecution } from './use-open-execution.ts'

/** Cancel while it lives, run again once it is over. */
export function ExecutionActions({ execution }: { execution: Execution }) {
  const { t } = useTranslation()
  const mayExecute = useMay('execute', { id: execution.task_id, group: execution.task_group })
  const queryClient = useQueryClient()
  const openExecution = useOpenExecution()
  const [isAsking, setAsking] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const path = { params: { path: { id: execution.id } } }

  async function rerun(): Promise<void> {
    setBusy(true)
    try {
      const next = await data(api.POST('/api/scheduler/executions/{id}/rerun', path))
      notifications.show({ message: t('execution.rerunDone') })
      openExecution(next.execution_id)
    } catch (error) {
      notifyProblem(error)
    } finally {
      setBusy(false)
    }
  }

  async function cancel(): Promise<void> {
    await api.POST('/api/scheduler/executions/{id}/cancel', path)
    notifications.show({ message: t('execution.cancelled') })
    await queryClient.invalidateQueries({ queryKey: ['execution', execution.id] })
  }

  if (!mayExecute) return null
  if (isOver(execution)) {
    return (
      <Button leftSection={<IconRefresh size={14} aria-hidden />} loading={isBusy} onClick={() => void rerun()}>
        {t('execution.rerun')}
      </Button>
    )
  }
  return (
    <>
      <Button
        variant="default"
        color="red"
        leftSection={<IconPlayerStop size={14} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        {t('execution.cancel')}
      </Button>
      <Confirm
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t('execution.cancelTitle')}
        action={t('execution.cancelAction')}
        onConfirm={cancel}
      >
        {t('execution.cancelText')}
      </Confirm>
    </>
  )
}
