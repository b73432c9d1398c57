import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatCount } from '../../format/number.ts'
import { actOn, type BulkExecution, EXECUTION_ACTS, type ExecutionAct } from '../../subjects/execution/bulk-actions.ts'
import { Instant } from '../../ui/instant.tsx'
import { type BulkAct, BulkBar } from '../../ui/list/bulk-bar.tsx'
import { BulkDialog } from '../../ui/list/bulk-dialog.tsx'
import type { BulkOutcome, BulkTargets } from '../../ui/list/bulk-outcome.ts'
import type { Selection } from '../../ui/list/selection.ts'
import { notifyDone } from '../../ui/notify-done.tsx'
import { readTargets } from './bulk-targets.ts'
import type { ListQuery } from './execution-filters.ts'

/** What can be done with the chosen executions. */
export function ExecutionBulk({ selection, query }: { selection: Selection; query: ListQuery }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [act, setAct] = useState<ExecutionAct | null>(null)

  function onDone({ done, failed, skipped = [] }: BulkOutcome<BulkExecution>, missed: number): void {
    selection.clear()
    void queryClient.invalidateQueries({ queryKey: ['executions'] })
    const counted = (word: 'skipped' | 'failed', count: number) =>
      count === 0 ? [] : [t(`execution.bulk.${word}`, { count, total: formatCount(count) })]
    const all = done.length
    const parts = [
      t(`execution.bulk.${act!}.done`, { count: all, total: formatCount(all) }),
      ...counted('skipped', missed + skipped.length),
      ...counted('failed', failed.length),
    ]
    notifyDone(parts.join(' '))
  }

  const toAct = (name: ExecutionAct): BulkAct => ({
    name,
    word: t(`execution.bulk.${name}.word`),
    onAct: () => setAct(name),
  })
  return (
    <BulkBar label={t('execution.bulk.label')} selection={selection} acts={EXECUTION_ACTS.map(toAct)}>
      {act !== null && (
        <BulkDialog
          key={act}
          title={t(`execution.bulk.${act}.title`)}
          count={selection.count}
          read={(options) => {
            const chosen = { isAll: selection.has(''), ids: selection.ids, query }
            return readTargets({ act, chosen, count: selection.count }, options)
          }}
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
          onClose={() => setAct(null)}
          onDone={onDone}
        />
      )}
    </BulkBar>
  )
}
