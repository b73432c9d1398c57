import { Radio, Stack, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Task } from '../../api/types.ts'
import type { Backlog } from '../../subjects/task/task-calls.ts'
import type { TaskCommands } from '../../subjects/task/use-task-commands.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { RunDialog } from './run-dialog.tsx'

/** What is asked before it is done. */
export type Asked = 'run' | 'resume' | 'stop' | 'delete'

interface TaskDialogsProps {
  task: Task
  commands: TaskCommands
  asked: Asked | null
  onClose: () => void
}

export function TaskDialogs({ task, commands, asked, onClose }: TaskDialogsProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return (
    <>
      {asked === 'run' && <RunDialog task={task} onClose={onClose} />}
      <ResumeDialog isOpen={asked === 'resume'} onClose={onClose} onResume={commands.resume} />
      <Confirm
        isOpen={asked === 'stop'}
        onClose={onClose}
        title={t('taskPage.stopTitle')}
        action={t('taskPage.stop')}
        onConfirm={commands.stop}
      >
        {t('taskPage.stopText')}
      </Confirm>
      <Confirm
        isOpen={asked === 'delete'}
        onClose={onClose}
        title={t('taskPage.deleteTitle', { name: task.name })}
        action={t('actions.delete')}
        onConfirm={async () => {
          await commands.remove()
          await navigate({ to: '/tasks' })
        }}
      >
        {t('taskPage.deleteText')}
      </Confirm>
    </>
  )
}

const BACKLOGS: readonly Backlog[] = ['skip', 'last', 'all']

interface ResumeDialogProps {
  isOpen: boolean
  onClose: () => void
  onResume: (backlog: Backlog) => Promise<void>
}

/** What fell due during the pause is left out, or run once, or all of it. */
function ResumeDialog({ isOpen, onClose, onResume }: ResumeDialogProps) {
  const { t } = useTranslation()
  const [backlog, setBacklog] = useState<Backlog>('last')
  return (
    <Confirm
      isOpen={isOpen}
      onClose={onClose}
      title={t('taskPage.resumeTitle')}
      action={t('taskPage.resume')}
      onConfirm={() => onResume(backlog)}
    >
      <Stack gap="sm">
        <Text size="sm">{t('taskPage.resumeText')}</Text>
        <Radio.Group
          value={backlog}
          onChange={(value) => setBacklog(value as Backlog)}
          aria-label={t('taskPage.resumeText')}
        >
          <Stack gap={6}>
            {BACKLOGS.map((value) => (
              <Radio key={value} size="xs" value={value} label={t(`taskPage.backlog.${value}`)} />
            ))}
          </Stack>
        </Radio.Group>
      </Stack>
    </Confirm>
  )
}
