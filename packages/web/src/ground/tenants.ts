import { useQuery } from '@tanstack/react-query'
import { api, data } from '../api/client.ts'
import { useIdentity, useMay } from './identity.ts'

/** More of them are for the command and the API. */
const MOST_SHOWN = 1_000

/** Those whom the signed-in person may choose among; empty for who belongs to one, and where there are none. */
export function useTenants() {
  const may = useMay('view', 'tenant')
  const mayChoose = useIdentity()?.may_choose_tenant ?? false
  const { data: list, error } = useQuery({
    queryKey: ['tenants'],
    queryFn: () => data(api.GET('/api/scheduler/tenants', { params: { query: { limit: MOST_SHOWN } } })),
    enabled: may && mayChoose,
  })
  return { tenants: list?.tenants ?? [], error }
}

/** Whether what is shown belongs to several tenants, so that lists say to which. */
export function useSeesSeveral(): boolean {
  const isOne = useIdentity()?.tenant != null
  return useTenants().tenants.length > 0 && !isOne
}

/** The name for signing in. */
export function signInNameOf({ tenant_id: tenant, username }: { tenant_id: string | null; username: string }): string {
  return tenant === null ? username : `${tenant}/${username}`
}
