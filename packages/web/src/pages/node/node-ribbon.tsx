import { useState } from 'react'
import { Ribbon } from '../../ribbon/ribbon.tsx'
import { useTimeline } from '../../ribbon/use-timeline.ts'
import type { RibbonView } from '../../ribbon/view.ts'
import { useOpenExecution } from '../../subjects/execution/use-open-execution.ts'
import { Panel } from '../../ui/panel.tsx'

const SIX_HOURS_MS = 6 * 3_600_000

/** What ran and runs on a node, as its past flows by. */
export function NodeRibbon({ nodeId }: { nodeId: string }) {
  const openExecution = useOpenExecution()
  const [view, setView] = useState<RibbonView>({ span: SIX_HOURS_MS, at: null })
  const { marks } = useTimeline(view, { nodeId })
  return (
    <Panel isFlush>
      <Ribbon
        size="row"
        marks={marks}
        view={view}
        onView={setView}
        onOpen={({ executionId }) => {
          if (executionId !== null) openExecution(executionId)
        }}
      />
    </Panel>
  )
}
