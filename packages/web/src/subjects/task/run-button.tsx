import { notifications } from '@mantine/notifications'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Task } from '../../api/types.ts'
import { notifyProblem } from '../../ui/notify.ts'
import { ExecutionLink } from '../execution/execution-link.tsx'
import classes from './run-button.module.css'
import { runTask } from './run-task.ts'

/** Runs a task as it is, without leaving the list. */
export function RunButton({ task }: { task: Task }) {
  const { t } = useTranslation()
  if (task.status === 'deleted') return null

  async function run(): Promise<void> {
    try {
      const { execution_id: executionId, phase } = await runTask(task.id)
      notifications.show({
        message: (
          <ExecutionLink executionId={executionId}>
            {t(phase === 'queued' ? 'tasks.queued' : 'tasks.started', { name: task.name })}
          </ExecutionLink>
        ),
      })
    } catch (error) {
      notifyProblem(error)
    }
  }

  return (
    <button
      type="button"
      className={classes.run}
      title={t('tasks.runNow')}
      aria-label={t('tasks.runNamed', { name: task.name })}
      onClick={(event) => {
        event.stopPropagation()
        void run()
      }}
    >
      <IconPlayerPlay size={14} />
    </button>
  )
}
