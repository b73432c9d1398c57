import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../../api/client.ts'
import { OVERVIEW } from './overview-questions.ts'

/** In case the live channel is silent. */
const REFETCH_MS = 30_000

const { status, running, late, recent, coming, failures, summary, hours, lateness } = OVERVIEW

export const statusQuery = queryOptions({
  queryKey: status.key,
  queryFn: () => data(api.GET(status.path)),
  refetchInterval: REFETCH_MS,
})

export const runningQuery = queryOptions({
  queryKey: running.key,
  queryFn: () => data(api.GET(running.path, { params: { query: running.query() } })),
})

export const lateQuery = queryOptions({
  queryKey: late.key,
  queryFn: () => data(api.GET(late.path, { params: { query: late.query() } })),
  refetchInterval: REFETCH_MS,
})

export const recentQuery = queryOptions({
  queryKey: recent.key,
  queryFn: () => data(api.GET(recent.path, { params: { query: recent.query() } })),
})

export const comingQuery = queryOptions({
  queryKey: coming.key,
  queryFn: () => data(api.GET(coming.path, { params: { query: coming.query() } })),
})

export const failuresQuery = queryOptions({
  queryKey: failures.key,
  queryFn: () => data(api.GET(failures.path, { params: { query: failures.query() } })),
})

export const summaryQuery = queryOptions({
  queryKey: summary.key,
  queryFn: () => data(api.GET(summary.path)),
})

export const hoursQuery = queryOptions({
  queryKey: hours.key,
  queryFn: () => data(api.GET(hours.path, { params: { query: hours.query() } })),
})

export const latenessQuery = queryOptions({
  queryKey: lateness.key,
  queryFn: () => data(api.GET(lateness.path, { params: { query: lateness.query() } })),
})
