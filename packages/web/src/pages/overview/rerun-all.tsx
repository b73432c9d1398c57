import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { toProblem } from '../../api/problem.ts'
import type { Schema } from '../../api/types.ts'
import { formatCount } from '../../format/number.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { lookBackFrom } from './overview-questions.ts'

interface RerunAllProps {
  group: Schema<'FailureGroups'>['groups'][number]
  isOpen: boolean
  onClose: () => void
}

/** What became of the requests. */
interface Tally {
  started: number
  /** Answered at once: their tasks run already, for instance. */
  skipped: number
  refused: number
  /** Of the last that was refused. */
  reason: string
}

/** Starts anew what failed alike, oldest first, one request after another; says how far it is and what became of it. */
export function RerunAll({ group, isOpen, onClose }: RerunAllProps) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [done, setDone] = useState<number | null>(null)
  const ids = useIds(group)
  const total = ids.length

  async function rerun(): Promise<void> {
    const tally: Tally = { started: 0, skipped: 0, refused: 0, reason: '' }
    for (const [at, id] of [...ids].reverse().entries()) {
      setDone(at)
      await rerunOne(id, tally)
    }
    setDone(null)
    await queryClient.invalidateQueries({ queryKey: ['executions'] })
    const { started, skipped, refused, reason } = tally
    const said = [
      t('overview.rerunDone', { count: started, total: formatCount(started) }),
      ...(skipped > 0 ? [t('overview.rerunSkipped', { count: skipped, total: formatCount(skipped) })] : []),
      ...(refused > 0 ? [t('overview.rerunRefused', { count: refused, total: formatCount(refused), reason })] : []),
    ]
    notifications.show({ color: skipped + refused === 0 ? 'teal' : 'yellow', message: said.join(' ') })
  }

  return (
    <Confirm
      isOpen={isOpen}
      onClose={() => {
        setDone(null)
        onClose()
      }}
      title={t('overview.rerunTitle')}
      action={
        done === null
          ? t('overview.rerunAll', { count: total, total: formatCount(total) })
          : `${formatCount(done)} / ${formatCount(total)}`
      }
      onConfirm={rerun}
    >
      {t('overview.rerunText', {
        count: total,
        total: formatCount(total),
        tasks: t('overview.ofTasks', { count: group.task_count }),
      })}
    </Confirm>
  )
}

/** All of the group, of which the overview has the latest only. */
function useIds({ fingerprint, count, execution_ids: latest }: RerunAllProps['group']): readonly string[] {
  const { data: all } = useQuery({
    queryKey: ['executions', 'alike', fingerprint],
    queryFn: async () => {
      const query = { from: lookBackFrom(), fingerprint }
      const { groups } = await data(api.GET('/api/scheduler/stats/failures', { params: { query } }))
      return groups[0]?.execution_ids ?? []
    },
    enabled: count > latest.length,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return all ?? latest
}

/** Throws when nothing that follows would fare better. */
async function rerunOne(id: string, tally: Tally): Promise<void> {
  try {
    const { status } = await data(api.POST('/api/scheduler/executions/{id}/rerun', { params: { path: { id } } }))
    if (status === 'skipped') tally.skipped++
    else tally.started++
  } catch (error) {
    const problem = toProblem(error)
    if (problem.isOffline || problem.status === 403) throw error
    tally.refused++
    tally.reason = problem.message
  }
}
