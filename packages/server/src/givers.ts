import { allows, type Kind, type Lack, may, type Permission, say } from '@rota/core'
import { grantOf } from './auth/holdings.ts'
import type { Principal } from './principal.ts'
import type { Services } from './services.ts'
import { seenBy } from './tenancy.ts'

type Parts = Pick<Services, 'accessStore' | 'clock'>

/** So many are named; who asks needs one. */
const MOST_NAMES = 5

interface Wanted {
  permission: Permission
  kind: Kind
  /** Of whom lacks it; null for none. */
  tenantId: string | null
}

/**
 * Names of some who may give a permission: administrators, then those who may manage users and have it everywhere by a
 * grant of their own. A grant to a user group names nobody.
 */
export async function giversOf(
  { accessStore, clock }: Parts,
  { permission, kind, tenantId }: Wanted,
): Promise<string[]> {
  const admins = await accessStore.users.admins(tenantId, MOST_NAMES)
  const names = admins.map(({ username }) => username)
  if (names.length === MOST_NAMES) return names
  const within = seenBy(tenantId === null ? { kind: 'all' } : { kind: 'tenant', tenantId })
  const rows = await accessStore.grants.reaching({ taskId: null, groups: [], within, after: clock.now() })
  const others = rows.flatMap((row) => {
    if (row.subject_kind !== 'user' || row.subject_name === null || row.tenant_id !== tenantId) return []
    const grant = grantOf(row)
    return allows(grant, 'manage', 'user') && allows(grant, permission, kind) ? [row.subject_name] : []
  })
  return [...new Set([...names, ...others])].slice(0, MOST_NAMES)
}

/** What a refusal for want of a permission says beside its sentence: who can mend it, by name where the caller sees users. */
export async function missingOf(parts: Parts, caller: Principal, lack: Lack) {
  const { may: permission, on: kind, group = null } = lack
  const { tenantId } = caller
  const names = may(caller, 'view', 'user') ? await giversOf(parts, { permission, kind, tenantId }) : []
  return {
    permission,
    kind,
    group,
    can_grant: names,
    mend: names.length === 0 ? say`An administrator can grant it.` : say`These may grant it: ${names.join(', ')}.`,
  }
}
