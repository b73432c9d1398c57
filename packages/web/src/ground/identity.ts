import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, data } from '../api/client.ts'
import type { Permission } from '../api/types.ts'

export const identityQuery = queryOptions({
  queryKey: ['identity'],
  queryFn: () => data(api.GET('/api/auth/me')),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
})

/** Who is signed in; undefined until that is known. */
export function useIdentity() {
  return useQuery(identityQuery).data
}

/** Whether the signed-in person may do such things; what is not allowed is not offered. */
export function useMay(permission: Permission): boolean {
  return useIdentity()?.permissions.includes(permission) ?? false
}
