import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Task } from '../../api/types.ts'
import { notifyProblem } from '../../ui/notify.ts'
import { notifyDone } from '../../ui/notify-done.tsx'
import { exportTasks } from './export-tasks.ts'
import { type Backlog, taskCalls } from './task-calls.ts'

type Call = () => Promise<unknown>
export type TaskCommands = ReturnType<typeof useTaskCommands>

/** What can be done with a task; each tells what it did, and offers the way back where there is one. */
export function useTaskCommands(task: Task) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const { told, tried, refreshed } = useTelling(task.id)
  const calls = taskCalls(task.id)
  const one = { count: 1, total: '1' }
  return {
    // Buttons without a dialog of their own: a refusal is told in passing.
    enable: () => tried(calls.enable, t('tasks.bulk.enable.done', one), calls.disable),
    disable: () => tried(calls.disable, t('tasks.bulk.disable.done', one), calls.enable),
    // What fell due in the moment between is not lost by a change of mind.
    pause: () => tried(calls.pause, t('tasks.bulk.pause.done', one), () => calls.resume('all')),
    download: () => exportTasks([task]).catch(notifyProblem),
    // These stand in a dialog, which shows what the server says when they fail.
    resume: (backlog: Backlog) => told(() => calls.resume(backlog), t('tasks.bulk.resume.done', one), calls.pause),
    restore: (name?: string) => told(() => calls.restore(name), t('tasks.bulk.restore.done', one)),
    stop: async () => {
      const { cancelled } = await calls.stop()
      await refreshed(t('taskPage.stopped', { count: cancelled.length }))
    },
    remove: () => told(calls.remove, t('taskPage.deleted', { name: task.name }), calls.restore),
    /** Nothing is left of it that could be read anew, but the list without it. */
    purge: async () => {
      await calls.purge()
      await queryClient.invalidateQueries({ queryKey: ['tasks'] })
    },
  }
}

function useTelling(taskId: string) {
  const queryClient = useQueryClient()

  async function refreshed(message?: string, undo?: Call): Promise<void> {
    const keys = [['task', taskId], ['tasks'], ['forecast'], ['timeline']]
    await Promise.all(keys.map((queryKey) => queryClient.invalidateQueries({ queryKey })))
    if (message !== undefined) notifyDone(message, { undo: undo && (() => tried(undo)) })
  }

  /** Throws what the server refuses. */
  async function told(call: Call, message?: string, undo?: Call): Promise<void> {
    await call()
    await refreshed(message, undo)
  }

  async function tried(call: Call, message?: string, undo?: Call): Promise<void> {
    await told(call, message, undo).catch(notifyProblem)
  }

  return { told, tried, refreshed }
}
