import { useTranslation } from 'react-i18next'
import { PreviewComparison } from '../../schedule-builder/preview-comparison.tsx'
import { PreviewPanel } from '../../schedule-builder/preview-panel.tsx'
import type { Plan } from '../../schedule-builder/use-previews.ts'
import { isSame } from '../../subjects/task/task-document.ts'
import { Panel } from '../../ui/panel.tsx'
import { useEditor } from './editor-context.ts'
import { FaultList } from './fault-list.tsx'
import classes from './task-editor.module.css'

interface EditorSideProps {
  plan: Plan
  /** As it is saved. */
  basePlan: Plan
  isChecking: boolean
  isFine: boolean
  isDirty: boolean
}

/** What the document means: when it runs, what that changes, and what is wrong with it. */
export function EditorSide({ plan, basePlan, isChecking, isFine, isDirty }: EditorSideProps) {
  const { t } = useTranslation()
  const { task, faultsAt } = useEditor()
  const isCompared = task !== undefined && !isSame(plan, basePlan)
  return (
    <aside className={classes.side}>
      <Panel title={t('schedule.preview')}>
        {/* Both old and new instants stand in the comparison, which is to be seen without scrolling. */}
        <PreviewPanel plan={plan} hasInstants={!isCompared}>
          {isCompared && <PreviewComparison before={basePlan} after={plan} />}
        </PreviewPanel>
      </Panel>
      <Panel>
        <FaultList
          faults={faultsAt('')}
          isChecking={isChecking}
          isFine={isFine}
          isUnchanged={task !== undefined && !isDirty}
        />
      </Panel>
    </aside>
  )
}
