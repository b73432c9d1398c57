import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, data } from '../../api/client.ts'

/** One with the tasks that refer to it. */
export const useSecret = (name: string) =>
  useQuery({
    queryKey: ['secret', name],
    queryFn: () => data(api.GET('/api/scheduler/secrets/{secret}', { params: { path: { secret: name } } })),
  })

/** Reads anew what a change of one of them may have changed. */
export function useReload() {
  const queryClient = useQueryClient()
  return async () => {
    await Promise.all(['secrets', 'secret'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })))
  }
}
