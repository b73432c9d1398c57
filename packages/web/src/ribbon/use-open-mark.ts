import { useCallback } from 'react'
import { useOpenExecution } from '../subjects/execution/use-open-execution.ts'
import { useOpenTask } from '../subjects/task/use-open-task.ts'
import type { RibbonMark } from './mark.ts'

/** Where a click on a mark leads: to its execution, or to its task where there is none yet. */
export function useOpenMark(): (mark: RibbonMark) => void {
  const openExecution = useOpenExecution()
  const openTask = useOpenTask()
  return useCallback(
    ({ executionId, taskId }) => {
      if (executionId !== null) openExecution(executionId)
      else if (taskId !== null) openTask(taskId)
    },
    [openExecution, openTask],
  )
}
