import type { UseQueryResult } from '@tanstack/react-query'
import type { Rows } from './rows.ts'

/** A list that is read as a whole. */
export function wholeRows<Row>({ isPending, error, refetch }: UseQueryResult, rows: readonly Row[] = []): Rows<Row> {
  return {
    total: rows.length,
    rowAt: (index) => rows[index],
    isLoading: isPending,
    error,
    refetch: () => void refetch(),
  }
}
