import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'

/** Goes to an execution's page. */
export function useOpenExecution(): (executionId: string) => void {
  const navigate = useNavigate()
  return useCallback(
    (executionId) => void navigate({ to: '/executions/$executionId', params: { executionId } }),
    [navigate],
  )
}
