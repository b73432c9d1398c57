import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ExecutionQuery } from '../../api/types.ts'
import { ActDialog } from '../../subjects/execution/act-dialog.tsx'
import { readTargets } from '../../subjects/execution/act-targets.ts'
import { EXECUTION_ACTS, type ExecutionAct } from '../../subjects/execution/bulk-actions.ts'
import { type BulkAct, BulkBar } from '../../ui/list/bulk-bar.tsx'
import type { Selection } from '../../ui/list/selection.ts'

/** What can be done with the chosen executions. */
export function ExecutionBulk({ selection, query }: { selection: Selection; query: ExecutionQuery }) {
  const { t } = useTranslation()
  const [act, setAct] = useState<ExecutionAct | null>(null)
  const toAct = (name: ExecutionAct): BulkAct => ({
    name,
    word: t(`execution.bulk.${name}.word`),
    onAct: () => setAct(name),
  })
  return (
    <BulkBar label={t('execution.bulk.label')} selection={selection} acts={EXECUTION_ACTS.map(toAct)}>
      {act !== null && (
        <ActDialog
          key={act}
          act={act}
          count={selection.count}
          read={(reading) => {
            const chosen = { isAll: selection.has(''), ids: selection.ids, query }
            return readTargets({ act, chosen, count: selection.count }, reading)
          }}
          onClose={() => setAct(null)}
          onDone={selection.clear}
        />
      )}
    </BulkBar>
  )
}
