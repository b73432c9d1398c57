import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'

/** More of them are for the command and the API. */
const MOST_SHOWN = 200
const page = { params: { query: { limit: MOST_SHOWN } } } as const

export const useUsers = () =>
  useQuery({ queryKey: ['users'], queryFn: () => data(api.GET('/api/scheduler/users', page)) })

export const useUserGroups = () =>
  useQuery({ queryKey: ['user-groups'], queryFn: () => data(api.GET('/api/scheduler/user-groups', page)) })

export const useRoles = () => useQuery({ queryKey: ['roles'], queryFn: () => data(api.GET('/api/scheduler/roles')) })

export const useGrants = () =>
  useQuery({ queryKey: ['grants'], queryFn: () => data(api.GET('/api/scheduler/grants', page)) })

/** Reads anew what a change of one of them may have changed. */
export function useReload() {
  const queryClient = useQueryClient()
  return async () => {
    const keys = ['users', 'user-groups', 'roles', 'grants', 'access'] as const
    await Promise.all(keys.map((key) => queryClient.invalidateQueries({ queryKey: [key] })))
  }
}

const BUILT_IN = ['none', 'viewer', 'operator', 'editor', 'admin'] as const
const isBuiltIn = (name: string): name is (typeof BUILT_IN)[number] => BUILT_IN.some((each) => each === name)

/** Built-in roles have words; others are called as they are. */
export function useRoleWord() {
  const { t } = useTranslation()
  return (name: string) => (isBuiltIn(name) ? t(`settings.roles.${name}`) : name)
}

/** Where a grant holds, in words. */
export function usePlaceWord() {
  const { t } = useTranslation()
  return ({ kind, id, name }: { kind: Schema<'Grant'>['scope']['kind']; id: string | null; name?: string | null }) => {
    if (kind === 'global') return t('access.everywhere')
    return kind === 'group' ? t('access.inGroup', { name: id ?? '' }) : t('access.onTask', { name: name ?? id ?? '' })
  }
}
