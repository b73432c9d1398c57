import { api, data } from '../api/client.ts'
import { keepTenant } from '../api/tenant.ts'
import type { Schema } from '../api/types.ts'
import { identityQuery } from './identity.ts'
import { queryClient } from './query-client.ts'

/** Opens a session whose credential stands in an HttpOnly cookie: no script, this one included, ever sees it. */
export async function signIn(login: Omit<Schema<'LoginInput'>, 'cookie'>): Promise<void> {
  await data(api.POST('/api/auth/login', { body: { ...login, cookie: true } }))
  // Whoever it is may belong to another, or may choose none.
  keepTenant(null)
  await queryClient.fetchQuery({ ...identityQuery, staleTime: 0 })
}

export async function changePassword(current: string, next: string): Promise<void> {
  await api.POST('/api/auth/password', { body: { current_password: current, new_password: next } })
  await queryClient.fetchQuery({ ...identityQuery, staleTime: 0 })
}

/** Ends the session; the page starts anew, so that nothing of it stays in memory. */
export async function signOut(): Promise<void> {
  await api.POST('/api/auth/logout', { body: {} })
  keepTenant(null)
  location.assign('/')
}
