import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, data } from '../api/client.ts'
import type { Permission } from '../api/types.ts'
import { IDENTITY } from './identity-question.ts'
import { type Kind, mayDo, type TaskPlace } from './may.ts'

export const identityQuery = queryOptions({
  queryKey: IDENTITY.key,
  queryFn: () => data(api.GET(IDENTITY.path)),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
  // What was asked ahead may have been refused before anything is drawn.
  retryOnMount: false,
})

/** Who is signed in; undefined until that is known. */
export function useIdentity() {
  return useQuery(identityQuery).data
}

/** Whether the signed-in person may do something to a task, or to things of a kind; what is not allowed is not offered. */
export function useMay(permission: Permission, on: Kind | TaskPlace = 'task'): boolean {
  const identity = useIdentity()
  return identity !== undefined && mayDo(identity, permission, on)
}
