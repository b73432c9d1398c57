import { Button } from '@mantine/core'
import { IconEdit, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Task } from '../../api/types.ts'
import { useMay } from '../../ground/identity.ts'
import { useTaskCommands } from '../../subjects/task/use-task-commands.ts'
import { DeletedTaskActions } from './deleted-task-actions.tsx'
import { type Asked, TaskDialogs } from './task-dialogs.tsx'
import { TaskMenu } from './task-menu.tsx'

/** The three acts that are wanted most; the others behind the dots. What is not allowed or makes no sense is not there. */
export function TaskActions({ task }: { task: Task }) {
  return task.status === 'deleted' ? <DeletedTaskActions task={task} /> : <LivingTaskActions task={task} />
}

function LivingTaskActions({ task }: { task: Task }) {
  const { t } = useTranslation()
  const mayRun = useMay('execute', task)
  const mayEdit = useMay('edit', task)
  const commands = useTaskCommands(task)
  const [asked, setAsked] = useState<Asked | null>(null)
  const isPaused = task.status === 'paused'
  const isDisabled = task.status === 'disabled'
  return (
    <>
      {mayRun && !isDisabled && (
        <Button
          variant="default"
          leftSection={isPaused ? <IconPlayerPlay size={14} aria-hidden /> : <IconPlayerPause size={14} aria-hidden />}
          onClick={() => (isPaused ? setAsked('resume') : void commands.pause())}
        >
          {t(isPaused ? 'taskPage.resume' : 'taskPage.pause')}
        </Button>
      )}
      {mayEdit && isDisabled && (
        <Button variant="default" onClick={() => void commands.enable()}>
          {t('tasks.bulk.enable.word')}
        </Button>
      )}
      {mayEdit && (
        <Button
          variant="default"
          leftSection={<IconEdit size={14} aria-hidden />}
          renderRoot={(props) => <Link to="/tasks/$taskId/edit" params={{ taskId: task.id }} {...props} />}
        >
          {t('actions.edit')}
        </Button>
      )}
      {mayRun && (
        <Button leftSection={<IconPlayerPlay size={14} aria-hidden />} onClick={() => setAsked('run')}>
          {t('tasks.runNow')}
        </Button>
      )}
      <TaskMenu task={task} commands={commands} onAsk={setAsked} />
      <TaskDialogs task={task} commands={commands} asked={asked} onClose={() => setAsked(null)} />
    </>
  )
}
