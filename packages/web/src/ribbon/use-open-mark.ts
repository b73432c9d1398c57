import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { RibbonMark } from './mark.ts'

/** Where a click on a mark leads: to its execution, or to its task where there is none yet. */
export function useOpenMark(): (mark: RibbonMark) => void {
  const navigate = useNavigate()
  return useCallback(
    ({ executionId, taskId }) => {
      if (executionId !== null) void navigate({ to: '/executions/$executionId', params: { executionId } })
      else if (taskId !== null) void navigate({ to: '/tasks/$taskId', params: { taskId } })
    },
    [navigate],
  )
}
