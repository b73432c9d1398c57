import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Task } from '../../api/types.ts'
import { useMay } from '../../ground/identity.ts'
import { useTaskCommands } from '../../subjects/task/use-task-commands.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { RestoreButton } from './restore-button.tsx'

/** Back again, or gone for good. */
export function DeletedTaskActions({ task }: { task: Task }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const mayEdit = useMay('edit', task)
  const mayPurge = useMay('manage', task)
  const commands = useTaskCommands(task)
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      {mayEdit && <RestoreButton onRestore={commands.restore} />}
      {mayPurge && (
        <Button variant="default" color="red" onClick={() => setAsking(true)}>
          {t('taskPage.purge')}
        </Button>
      )}
      <Confirm
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t('taskPage.purgeTitle', { name: task.name })}
        action={t('taskPage.purge')}
        word={task.name}
        onConfirm={async () => {
          await commands.purge()
          await navigate({ to: '/tasks', search: { status: 'deleted' } })
        }}
      >
        {t('taskPage.purgeText')}
      </Confirm>
    </>
  )
}
