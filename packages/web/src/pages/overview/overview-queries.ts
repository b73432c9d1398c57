import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../../api/client.ts'
import { firstHour, HOUR_MS } from './hours.ts'

/** How many of each kind the overview lists; the rest is one click away. */
const FEW = 6
/** In case the live channel is silent. */
const REFETCH_MS = 30_000

/** Where the look back begins: with the first of the hours that are drawn, so that all figures count the same. */
export const lookBackFrom = (): string => new Date(firstHour(Math.floor(Date.now() / HOUR_MS)) * HOUR_MS).toISOString()

export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: () => data(api.GET('/status')),
  refetchInterval: REFETCH_MS,
})

export const runningQuery = queryOptions({
  queryKey: ['executions', 'overview', 'running'],
  queryFn: () => data(api.GET('/api/scheduler/executions', { params: { query: { status: 'running', limit: FEW } } })),
})

/** Due, but not started: in a queue behind a limit, or the server does not keep up. */
export const lateQuery = queryOptions({
  queryKey: ['executions', 'overview', 'late'],
  queryFn: () => {
    const query = { status: 'pending', to: new Date(Date.now() - 1_000).toISOString(), limit: FEW }
    return data(api.GET('/api/scheduler/executions', { params: { query } }))
  },
  refetchInterval: REFETCH_MS,
})

/** What has ended last, so that a log is near. */
export const recentQuery = queryOptions({
  queryKey: ['executions', 'overview', 'recent'],
  queryFn: () => {
    const query = { status: 'success,failed,cancelled', limit: FEW }
    return data(api.GET('/api/scheduler/executions', { params: { query } }))
  },
})

export const comingQuery = queryOptions({
  queryKey: ['forecast', 'overview'],
  queryFn: () => data(api.GET('/api/scheduler/forecast', { params: { query: { limit: FEW + 2 } } })),
})

/** Begins with `executions`, so that a failure shows at once. */
export const failuresQuery = queryOptions({
  queryKey: ['executions', 'overview', 'failures'],
  queryFn: () => data(api.GET('/api/scheduler/stats/failures', { params: { query: { from: lookBackFrom() } } })),
})

export const summaryQuery = queryOptions({
  queryKey: ['stats', 'summary'],
  queryFn: () => data(api.GET('/api/scheduler/stats')),
})

export const hoursQuery = queryOptions({
  queryKey: ['stats', 'timeseries', 'overview'],
  queryFn: () =>
    data(api.GET('/api/scheduler/stats/timeseries', { params: { query: { bucket: 'hour', from: lookBackFrom() } } })),
})

export const latenessQuery = queryOptions({
  queryKey: ['stats', 'lateness', 'overview'],
  queryFn: () =>
    data(api.GET('/api/scheduler/stats/lateness', { params: { query: { bucket: 'hour', from: lookBackFrom() } } })),
})
