import { useQuery } from '@tanstack/react-query'
import { api, data } from '../../api/client.ts'

export interface GroupCount {
  name: string
  /** Tasks of the group and of all below it. */
  total: number
}

/** Groups in use and those above them, by name. */
export function useGroups(): readonly GroupCount[] {
  const { data: list } = useQuery({
    queryKey: ['groups'],
    queryFn: () => data(api.GET('/api/scheduler/groups')),
    staleTime: 60_000,
  })
  return list?.groups ?? []
}

/** Tags in use, by name. */
export function useTags(): readonly string[] {
  const { data: list } = useQuery({
    queryKey: ['tags'],
    queryFn: () => data(api.GET('/api/scheduler/tags')),
    staleTime: 60_000,
  })
  return list?.tags.map(({ name }) => name) ?? []
}
