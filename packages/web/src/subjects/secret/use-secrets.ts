import { useQuery } from '@tanstack/react-query'
import { api, data } from '../../api/client.ts'
import { useMay } from '../../ground/identity.ts'

/** More of them are for the command and the API. */
const MOST_SHOWN = 200

/** What is known of the secrets that the reader may use; nothing where there is no right to any. */
export function useSecrets() {
  const mayUse = useMay('use', 'secret')
  return useQuery({
    queryKey: ['secrets'],
    queryFn: () => data(api.GET('/api/scheduler/secrets', { params: { query: { limit: MOST_SHOWN } } })),
    enabled: mayUse,
  })
}

/** As a task refers to one. */
export const secretReference = (name: string): string => `\${secret:${name}}`
