import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { formatCount } from '../../format/number.ts'
import { Instant } from '../../ui/instant.tsx'
import { BulkDialog } from '../../ui/list/bulk-dialog.tsx'
import type { BulkOutcome, BulkTargets } from '../../ui/list/bulk-outcome.ts'
import { notifyDone } from '../../ui/notify-done.tsx'
import type { Reading } from './act-targets.ts'
import { actOn, type BulkExecution, type ExecutionAct } from './bulk-actions.ts'

interface ActDialogProps {
  act: ExecutionAct
  title?: string
  /** Until the executions are read. */
  count: number
  read: (reading: Reading) => Promise<BulkTargets<BulkExecution>>
  onClose: () => void
  onDone?: () => void
}

/** What an action would do to executions, how far it is, and what came of it. */
export function ActDialog({ act, title, count, read, onClose, onDone }: ActDialogProps) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()

  function tell({ done, failed, skipped = [] }: BulkOutcome<BulkExecution>, missed: number): void {
    onDone?.()
    void queryClient.invalidateQueries({ queryKey: ['executions'] })
    const counted = (word: 'skipped' | 'failed', count: number) =>
      count === 0 ? [] : [t(`execution.bulk.${word}`, { count, total: formatCount(count) })]
    const all = done.length
    const parts = [
      t(`execution.bulk.${act}.done`, { count: all, total: formatCount(all) }),
      ...counted('skipped', missed + skipped.length),
      ...counted('failed', failed.length),
    ]
    notifyDone(parts.join(' '))
  }

  return (
    <BulkDialog
      title={title ?? t(`execution.bulk.${act}.title`)}
      count={count}
      read={read}
      targetsOf={(targets: BulkTargets<BulkExecution>) => targets}
      run={(executions, running) => actOn({ act, executions, ...running })}
      words={{
        hit: (count, total) => t(`execution.bulk.${act}.hit`, { count, total }),
        missed: (count, total) => t(`execution.bulk.${act}.missed`, { count, total }),
        act: (count, total) => t(`execution.bulk.${act}.act`, { count, total }),
        failed: (count, total, done) => t('execution.bulk.refused', { count, total, done }),
      }}
      note={({ scheduled_at: at }) => <Instant at={at} />}
      isDangerous={act === 'cancel'}
      onClose={onClose}
      onDone={tell}
    />
  )
}
