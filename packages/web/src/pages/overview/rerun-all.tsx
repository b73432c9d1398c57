import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { toProblem } from '../../api/problem.ts'
import type { Schema } from '../../api/types.ts'
import { Confirm } from '../../ui/confirm.tsx'

interface RerunAllProps {
  group: Schema<'FailureGroups'>['groups'][number]
  isOpen: boolean
  onClose: () => void
}

/** Starts anew what failed alike, oldest first, one request after another; says how far it is. */
export function RerunAll({ group, isOpen, onClose }: RerunAllProps) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [done, setDone] = useState<number | null>(null)
  const total = group.execution_ids.length

  async function rerun(): Promise<void> {
    let refused = 0
    let last = ''
    for (const [at, id] of [...group.execution_ids].reverse().entries()) {
      setDone(at)
      try {
        await data(api.POST('/api/scheduler/executions/{id}/rerun', { params: { path: { id } } }))
      } catch (error) {
        const problem = toProblem(error)
        // Nothing that follows would fare better.
        if (problem.isOffline || problem.status === 403) throw error
        refused++
        last = problem.message
      }
    }
    setDone(null)
    await queryClient.invalidateQueries({ queryKey: ['executions'] })
    notifications.show({
      color: refused === 0 ? 'teal' : 'yellow',
      message:
        refused === 0
          ? t('overview.rerunDone', { count: total })
          : t('overview.rerunPartly', { started: total - refused, refused, reason: last }),
    })
  }

  return (
    <Confirm
      isOpen={isOpen}
      onClose={() => {
        setDone(null)
        onClose()
      }}
      title={t('overview.rerunTitle')}
      action={done === null ? t('overview.rerunAll', { count: total }) : `${done} / ${total}`}
      onConfirm={rerun}
    >
      {t('overview.rerunText', { count: total, tasks: group.task_count })}
      {group.count > total && ` ${t('overview.rerunLatest', { count: total, total: group.count })}`}
    </Confirm>
  )
}
