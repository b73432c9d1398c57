import type { QueryClient } from '@tanstack/react-query'
import { onAskedAhead } from '../api/ahead.ts'
import { api, data } from '../api/client.ts'

/** Answers to what was asked ahead become those of the queries with the same keys. */
export function adoptAhead(queryClient: QueryClient): void {
  onAskedAhead(({ question: { key, path }, answer }) => {
    // The client reads it as any other answer; its path is one that the client knows, because a query has it, too.
    const options = { fetch: () => answer }
    void queryClient.prefetchQuery({ queryKey: key, queryFn: () => data(api.GET(path as '/status', options)) })
  })
}
