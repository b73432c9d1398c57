import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'

/** Goes to a task's page. */
export function useOpenTask(): (taskId: string) => void {
  const navigate = useNavigate()
  return useCallback((taskId) => void navigate({ to: '/tasks/$taskId', params: { taskId } }), [navigate])
}
