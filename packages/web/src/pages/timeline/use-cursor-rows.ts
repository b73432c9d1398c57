import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { RowSource } from '../../ui/data-table.tsx'

const REFETCH_MS = 15_000
/** Deeper than this, what was read stays as it is: reading all of it anew would be a storm. */
const MOST_FRESH_PAGES = 2

interface CursorPage<Row> {
  rows: readonly Row[]
  next: string | null
}

/** A list that the API pages by cursor and does not count: as rows by index, more of them as one scrolls. */
export function useCursorRows<Page extends CursorPage<unknown>>(
  key: readonly unknown[],
  fetchPage: (cursor: string | null, signal: AbortSignal) => Promise<Page>,
) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Page) => last.next,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= MOST_FRESH_PAGES ? REFETCH_MS : false),
  })
  const rows = (query.data?.pages.flatMap((page) => page.rows) ?? []) as Page['rows'][number][]
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const loaded = rows.length
  const onVisible = useCallback(
    (_first: number, last: number) => {
      if (last >= loaded - 20 && hasNextPage && !isFetchingNextPage) void fetchNextPage()
    },
    [loaded, hasNextPage, isFetchingNextPage, fetchNextPage],
  )
  const source: RowSource<Page['rows'][number]> = {
    // A few rows to come, drawn as such, so that one sees that the list goes on.
    total: loaded + (hasNextPage ? 10 : 0),
    rowAt: (index) => rows[index],
    onVisible,
  }
  return {
    rows: source,
    first: query.data?.pages[0],
    error: query.error,
    isLoading: query.isPending,
    refetch: () => void query.refetch(),
  }
}
