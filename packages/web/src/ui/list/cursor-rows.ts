import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { Rows } from './rows.ts'

const REFETCH_MS = 15_000
/** Deeper than this, what was read stays as it is: reading all of it anew would be a storm. */
const MOST_FRESH_PAGES = 2
/** So many rows before the end, more are asked for. */
const AHEAD = 20

interface CursorPage<Row> extends Pick<Rows<Row>, 'beginsAt' | 'removed'> {
  rows: readonly Row[]
  next: string | null
}

/** A list that the API pages by cursor and does not count: as rows by index, more of them as one scrolls. */
export function useCursorRows<Row>(
  key: readonly unknown[],
  fetchPage: (cursor: string | null, signal: AbortSignal) => Promise<CursorPage<Row>>,
): Rows<Row> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last: CursorPage<Row>) => last.next,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= MOST_FRESH_PAGES ? REFETCH_MS : false),
  })
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const loaded = rows.length
  const onVisible = useCallback(
    (_first: number, last: number) => {
      if (last >= loaded - AHEAD && hasNextPage && !isFetchingNextPage) void fetchNextPage()
    },
    [loaded, hasNextPage, isFetchingNextPage, fetchNextPage],
  )
  const first = query.data?.pages[0]
  return {
    // A few rows to come, drawn as such, so that one sees that the list goes on.
    total: loaded + (hasNextPage ? 10 : 0),
    rowAt: (index) => rows[index],
    onVisible,
    beginsAt: first?.beginsAt,
    removed: first?.removed,
    error: query.error,
    isLoading: query.isPending,
    refetch: () => void query.refetch(),
  }
}
