import { keepPreviousData, useQueries } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { Rows } from './rows.ts'

const PAGE_SIZE = 100

interface Page<Row> {
  total: number
  rows: readonly Row[]
  /** Where the past of a history begins that retention cuts. */
  beginsAt?: string | null
}

/**
 * A list of the API as rows by index: loads the pages that are on screen, whatever the length of the list.
 * `fetchPage` gets a 1-based page number and the page size; `key` says what is listed, filters included.
 */
export function usePagedRows<Row>(
  key: readonly unknown[],
  fetchPage: (page: number, limit: number, signal: AbortSignal) => Promise<Page<Row>>,
): Rows<Row> {
  const [range, setRange] = useState({ first: 1, last: 1 })
  // The first page is always there: it tells the total.
  const numbers = [...new Set([1, ...pagesBetween(range.first, range.last)])]
  const results = useQueries({
    queries: numbers.map((page) => ({
      queryKey: [...key, 'page', page],
      queryFn: ({ signal }: { signal: AbortSignal }) => fetchPage(page, PAGE_SIZE, signal),
      placeholderData: keepPreviousData,
    })),
  })
  const pages = new Map(numbers.map((page, at) => [page, results[at]?.data]))
  const onVisible = useCallback((firstRow: number, lastRow: number) => {
    const first = Math.floor(firstRow / PAGE_SIZE) + 1
    const last = Math.floor(lastRow / PAGE_SIZE) + 1
    setRange((now) => (now.first === first && now.last === last ? now : { first, last }))
  }, [])
  return {
    total: results[0]?.data?.total ?? 0,
    rowAt: (index) => pages.get(Math.floor(index / PAGE_SIZE) + 1)?.rows[index % PAGE_SIZE],
    onVisible,
    beginsAt: results[0]?.data?.beginsAt ?? null,
    isLoading: results[0]?.isLoading ?? true,
    error: results.find((result) => result.error)?.error ?? null,
    refetch: () => {
      for (const result of results) void result.refetch()
    },
  }
}

function pagesBetween(first: number, last: number): number[] {
  return Array.from({ length: Math.max(1, last - first + 1) }, (_, at) => first + at)
}
