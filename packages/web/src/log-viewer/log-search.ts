import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { api, data } from '../api/client.ts'
import type { LogLine } from './log-source.ts'

export interface LogFilter {
  q: string
  stream: 'stdout' | 'stderr' | 'system' | null
}

const MATCHES_AT_ONCE = 1_000

/** Lines that match, searched by the server over the whole log; more of them by `fetchNextPage`. */
export function useLogMatches(executionId: string, filter: LogFilter, total: number) {
  const isActive = filter.q !== '' || filter.stream !== null
  const result = useInfiniteQuery({
    queryKey: ['execution', executionId, 'log-search', filter],
    enabled: isActive && total > 0,
    placeholderData: keepPreviousData,
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/api/scheduler/executions/{id}/logs', {
          params: {
            path: { id: executionId },
            query: {
              from: pageParam,
              limit: MATCHES_AT_ONCE,
              ...(filter.q !== '' && { q: filter.q }),
              ...(filter.stream !== null && { stream: filter.stream }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: ({ logs }) => (logs.length < MATCHES_AT_ONCE ? undefined : logs.at(-1)!.no + 1),
  })
  const matches: LogLine[] = isActive ? (result.data?.pages.flatMap(({ logs }) => logs) ?? []) : []
  return { isActive, matches, hasMore: result.hasNextPage, loadMore: result.fetchNextPage, refresh: result.refetch }
}
