import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../../api/client.ts'

/** Slow enough to be no storm; the live channel tells of changes at once. */
const RUNNING_PERIOD_MS = 15_000

export const executionQuery = (id: string) =>
  queryOptions({
    queryKey: ['execution', id],
    queryFn: () => data(api.GET('/api/scheduler/executions/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.finished_at === null ? RUNNING_PERIOD_MS : false),
  })

/** Why it waits, was skipped, was late or failed; asked anew whenever its state changes. */
export const explanationQuery = (id: string, status: string | undefined) =>
  queryOptions({
    queryKey: ['execution', id, 'explain', status],
    queryFn: () => data(api.GET('/api/scheduler/executions/{id}/explain', { params: { path: { id } } })),
    enabled: status !== undefined,
  })
