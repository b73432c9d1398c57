import { QueryClient } from '@tanstack/react-query'
import { toProblem } from '../api/problem.ts'

const MOST_RETRIES = 2

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // The live channel says what has changed; a window that comes to the front reads anew what is old.
      refetchOnWindowFocus: true,
      retry: (count, error) => count < MOST_RETRIES && isPassing(toProblem(error).status),
    },
    mutations: { retry: false },
  },
})

/** No answer, or one that says "later". */
function isPassing(status: number): boolean {
  return status === 0 || status === 502 || status === 503 || status === 504
}
