import {
  type Caller,
  invalid,
  isRole,
  may,
  notFound,
  ROLE_RIGHTS,
  RotaError,
  rightsSomewhere,
  say,
  surplusOf,
  tenantOf,
} from '@rota/core'
import { rightsIn } from './auth/holdings.ts'
import type { Services } from './services.ts'
import { isSeen } from './tenancy.ts'

/** Throws `invalid` for a role that allows more than whoever gives it may. */
export function refuseGreaterRole(caller: Caller, role: string | undefined): void {
  if (role === undefined || !isRole(role)) return
  const surplus = surplusOf(rightsIn(tenantOf(caller.scope), ROLE_RIGHTS[role]), caller.rights)
  if (surplus.length === 0) return
  throw invalid([{ path: 'role', message: say`would allow more than you may: ${surplus.join(', ')}.` }])
}

/**
 * Throws `forbidden` where an account may more than whoever wants to change it: its password would be the way to that.
 * Throws `not_found`, also for one that is not seen.
 */
export async function requireReach({ users, holdings }: Services, caller: Caller, id: string): Promise<void> {
  const row = await users.account(id)
  if (!isSeen(caller.scope, row)) throw notFound('user', id)
  if (row.id === caller.userId && may(caller, 'manage', 'user')) return
  const surplus = surplusOf(rightsSomewhere(await holdings.of(row)), caller.rights)
  if (surplus.length === 0) return
  throw new RotaError(
    'forbidden',
    say`${row.username} may do what you may not (${surplus.slice(0, 3).join(', ')}), so that the account is out of your reach.`,
  )
}
