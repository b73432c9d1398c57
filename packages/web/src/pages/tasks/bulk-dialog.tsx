import { Autocomplete } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TaskQuery } from '../../api/types.ts'
import {
  type BulkAction,
  type BulkResult,
  type BulkTask,
  isHit,
  runBulk,
  toBulkTask,
} from '../../subjects/task/bulk-actions.ts'
import { useGroups } from '../../subjects/task/use-groups.ts'
import { BulkDialog } from '../../ui/list/bulk-dialog.tsx'
import type { Chosen } from '../../ui/list/bulk-outcome.ts'
import { readChosen } from './bulk-targets.ts'

interface TaskBulkDialogProps {
  action: BulkAction
  chosen: Chosen<TaskQuery>
  /** As the selection counts them, until they are read. */
  count: number
  onClose: () => void
  onDone: (result: BulkResult) => void
}

/** The tasks that an action would hit, and where they go if it moves them. */
export function TaskBulkDialog({ action, chosen, count, onClose, onDone }: TaskBulkDialogProps) {
  const { t } = useTranslation()
  const [group, setGroup] = useState('')
  const groups = useGroups()
  const target = group.trim() === '' ? null : withoutEndSlashes(group.trim())
  return (
    <BulkDialog
      title={t(`tasks.bulk.${action}.title`)}
      count={count}
      read={(options) => readChosen(chosen, { keep: toBulkTask, ...options })}
      targetsOf={(tasks: readonly BulkTask[]) => {
        const hit = tasks.filter((task) => isHit(action, task, target))
        return { hit, missed: tasks.length - hit.length }
      }}
      run={(tasks, running) => runBulk({ action, tasks, group: target, ...running })}
      words={{
        hit: (count, total) => t(`tasks.bulk.${action}.hit`, { count, total }),
        missed: (count, total) => t('tasks.bulk.missed', { count, total }),
        act: (count, total) => t(`tasks.bulk.${action}.act`, { count, total }),
        failed: (count, total, done) => t('tasks.bulk.failed', { count, total, done }),
      }}
      note={(task) => task.group}
      isDangerous={action === 'delete'}
      onClose={onClose}
      onDone={onDone}
    >
      {action === 'move' && (
        <Autocomplete
          data-autofocus
          label={t('tasks.bulk.moveTo')}
          description={t('tasks.bulk.moveHint')}
          data={groups.map(({ name }) => name)}
          value={group}
          onChange={setGroup}
        />
      )}
    </BulkDialog>
  )
}

function withoutEndSlashes(group: string): string {
  let end = group.length
  while (group[end - 1] === '/') end--
  return group.slice(0, end)
}
