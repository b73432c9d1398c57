import { Button, Group } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { useMay } from '../../app/identity.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { notifyProblem } from '../../ui/notify.ts'

const COMMAND = 'for step in 1 2 3 4 5; do echo "step $step of 5"; sleep 1; done'

/** Nothing is planned yet: one click makes a task that runs, and shows its log as it moves. */
export function FirstTask() {
  const { t } = useTranslation()
  const mayEdit = useMay('edit')
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [isBusy, setBusy] = useState(false)

  async function create(): Promise<void> {
    setBusy(true)
    try {
      const schedule = { type: 'interval' as const, every: 5, unit: 'minutes' as const }
      const body = { name: t('overview.firstName'), type: 'shell', command: COMMAND, schedule }
      const { id } = await data(api.POST('/api/scheduler/tasks', { body }))
      await queryClient.invalidateQueries({ queryKey: ['tasks'] })
      const run = await data(api.POST('/api/scheduler/tasks/{id}/run', { params: { path: { id } }, body: {} }))
      await navigate({ to: '/executions/$executionId', params: { executionId: run.execution_id } })
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
