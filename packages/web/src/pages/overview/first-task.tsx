import { Button, Group } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { useMay } from '../../ground/identity.ts'
import { useOpenExecution } from '../../subjects/execution/use-open-execution.ts'
import { runTask } from '../../subjects/task/run-task.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { notifyProblem } from '../../ui/notify.ts'

const COMMAND = 'for step in 1 2 3 4 5; do echo "step $step of 5"; sleep 1; done'

/** Nothing is planned yet: one click makes a task that runs, and shows its log as it moves. */
export function FirstTask() {
  const { t } = useTranslation()
  const mayEdit = useMay('edit')
  const openExecution = useOpenExecution()
  const queryClient = useQueryClient()
  const [isBusy, setBusy] = useState(false)

  async function create(): Promise<void> {
    setBusy(true)
    try {
      const schedule = { type: 'interval' as const, every: 5, unit: 'minutes' as const }
      const body = { name: t('overview.firstName'), type: 'shell', command: COMMAND, schedule }
      const { id } = await data(api.POST('/api/scheduler/tasks', { body }))
      await queryClient.invalidateQueries({ queryKey: ['tasks'] })
      openExecution((await runTask(id)).execution_id)
    } catch (error) {
      notifyProblem(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <EmptyState title={t('overview.empty')} text={t('overview.emptyText')}>
      {mayEdit && (
        <Group justify="center">
          <Button size="sm" loading={isBusy} onClick={() => void create()}>
            {t('overview.createFirst')}
          </Button>
          <Button size="sm" variant="default" component={Link} to="/tasks/new">
            {t('overview.newTask')}
          </Button>
          <Button size="sm" variant="default" component={Link} to="/tasks/import">
            {t('overview.import')}
          </Button>
        </Group>
      )}
    </EmptyState>
  )
}
