import { Button, Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema, Task } from '../../api/types.ts'
import { notifyProblem } from '../../ui/notify.ts'
import { exportTasks } from '../tasks/export-tasks.ts'

export type Backlog = NonNullable<Schema<'ResumeInput'>['backlog']>

/** What can be done with a task; each tells what it did, and offers the way back where there is one. */
export function useTaskCommands(task: Task) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const params = { path: { id: task.id } }

  async function refresh(): Promise<void> {
    const keys = [['task', task.id], ['tasks'], ['forecast'], ['timeline']]
    await Promise.all(keys.map((queryKey) => queryClient.invalidateQueries({ queryKey })))
  }

  function tell(message: string, undo?: () => Promise<unknown>): void {
    const id = `task-${Date.now()}`
    const takeBack = async () => {
      notifications.hide(id)
      try {
        await undo!()
        await refresh()
      } catch (error) {
        notifyProblem(error)
      }
    }
    notifications.show({
      id,
      ...(undo && { autoClose: 12_000 }),
      message: (
        <Group justify="space-between" wrap="nowrap">
          <span>{message}</span>
          {undo && (
            <Button variant="default" size="compact-xs" onClick={() => void takeBack()}>
              {t('actions.undo')}
            </Button>
          )}
        </Group>
      ),
    })
  }

  const enableIt = () => api.POST('/api/scheduler/tasks/{id}/enable', { params })
  const disableIt = () => api.POST('/api/scheduler/tasks/{id}/disable', { params })
  const pauseIt = () => api.POST('/api/scheduler/tasks/{id}/pause', { params })
  const resumeIt = (backlog: Backlog) => api.POST('/api/scheduler/tasks/{id}/resume', { params, body: { backlog } })
  const restoreIt = (name?: string) =>
    api.POST('/api/scheduler/tasks/{id}/restore', { params, body: name === undefined ? {} : { name } })

  /** For buttons without a dialog of their own, where a refusal is told in passing. */
  async function act(call: () => Promise<unknown>, message: string, undo?: () => Promise<unknown>): Promise<void> {
    try {
      await call()
      await refresh()
      tell(message, undo)
    } catch (error) {
      notifyProblem(error)
    }
  }

  return {
    enable: () => act(enableIt, t('tasks.bulk.enable.done', { count: 1, total: '1' }), disableIt),
    disable: () => act(disableIt, t('tasks.bulk.disable.done', { count: 1, total: '1' }), enableIt),
    // What fell due in the moment between is not lost by a change of mind.
    pause: () => act(pauseIt, t('tasks.bulk.pause.done', { count: 1, total: '1' }), () => resumeIt('all')),
    download: () => exportTasks([task]).catch(notifyProblem),
    // These stand in a dialog, which shows what the server says when they fail.
    resume: async (backlog: Backlog) => {
      await resumeIt(backlog)
      await refresh()
      tell(t('tasks.bulk.resume.done', { count: 1, total: '1' }), pauseIt)
    },
    /** With another name where the old one is taken. */
    restore: async (name?: string) => {
      await restoreIt(name)
      await refresh()
      tell(t('tasks.bulk.restore.done', { count: 1, total: '1' }))
    },
    stop: async () => {
      const { cancelled } = await data(api.POST('/api/scheduler/tasks/{id}/stop', { params }))
      await refresh()
      tell(t('taskPage.stopped', { count: cancelled.length }))
    },
    remove: async () => {
      await api.DELETE('/api/scheduler/tasks/{id}', { params })
      await refresh()
      tell(t('taskPage.deleted', { name: task.name }), () => restoreIt())
    },
    purge: async () => {
      await api.POST('/api/scheduler/tasks/{id}/purge', { params })
      await queryClient.invalidateQueries({ queryKey: ['tasks'] })
    },
  }
}
