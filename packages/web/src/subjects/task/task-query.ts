import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../../api/client.ts'

export function taskQuery(id: string) {
  return queryOptions({
    queryKey: ['task', id],
    queryFn: ({ signal }) => data(api.GET('/api/scheduler/tasks/{id}', { params: { path: { id } }, signal })),
  })
}

/** The latest executions of a task, newest first. */
export function recentQuery(id: string, lastExecutionId: string | null) {
  return queryOptions({
    queryKey: ['task', id, 'recent', lastExecutionId],
    queryFn: async ({ signal }) => {
      const params = { path: { id }, query: { limit: 40 } }
      return (await data(api.GET('/api/scheduler/tasks/{id}/executions', { params, signal }))).executions
    },
  })
}
