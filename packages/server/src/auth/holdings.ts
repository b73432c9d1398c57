import {
  type Clock,
  type Grant,
  isRole,
  type Reach,
  type Rights,
  ROLE_RIGHTS,
  type Scope,
  scopeOfGrants,
  union,
  withinTenant,
} from '@rota/core'
import type { UserRow } from '../access-store.ts'
import type { GrantRow, GrantRows, NamedGrantRow } from '../grant-store.ts'
import { nameIn } from '../tenancy.ts'
import type { KnownCallers } from './known-callers.ts'
import { ShortCache } from './short-cache.ts'

/** What somebody may do: everywhere, in some places besides, and what is seen for that. */
export interface Held {
  rights: Rights
  grants: readonly Grant[]
  scope: Scope
}

const NOTHING: Rights = {}

/** What accounts hold, by their role and by what is granted to them and to the groups they belong to. */
export class Holdings {
  readonly #grants: Pick<GrantRows, 'ofUser'>
  readonly #cache: ShortCache<readonly Grant[]>

  constructor(grants: Pick<GrantRows, 'ofUser'>, clock: Clock, callers: KnownCallers) {
    this.#grants = grants
    this.#cache = new ShortCache(clock, callers)
  }

  /** At most three seconds old. */
  async of(user: Pick<UserRow, 'id' | 'role' | 'tenant_id'>): Promise<Held> {
    const granted = await this.#cache.get(user.id, async () => (await this.#grants.ofUser(user.id)).map(grantOf))
    return heldBy(user, granted)
  }

  /** Reads anew what has been changed here. */
  forgetAll(): void {
    this.#cache.clear()
  }
}

/** What an account holds with these grants. */
export function heldBy(
  { role, tenant_id: tenantId }: Pick<UserRow, 'role' | 'tenant_id'>,
  granted: readonly Grant[],
): Held {
  const everywhere = granted.filter(({ reach }) => reach.kind === 'global')
  const own = rightsIn(tenantId, isRole(role) ? ROLE_RIGHTS[role] : NOTHING)
  const rights = union([own, ...everywhere.map((grant) => grant.rights)])
  const account: Grant = { id: '', role, rights, reach: { kind: 'global' } }
  const grants = granted.filter(({ reach }) => reach.kind !== 'global')
  return { rights, grants, scope: scopeOfGrants([account, ...grants], tenantId) }
}

/** What rights are worth to whoever belongs to a tenant, or to none: what all tenants share is out of reach for the former. */
export function rightsIn(tenantId: string | null, rights: Rights): Rights {
  return tenantId === null ? rights : withinTenant(rights)
}

/** A grant as it was stored, with the rights of its role; none for a role that is gone. */
export function grantOf(row: Omit<NamedGrantRow, 'subject_name'>): Grant {
  const rights = isRole(row.role)
    ? ROLE_RIGHTS[row.role]
    : row.role_rights === null
      ? NOTHING
      : JSON.parse(row.role_rights)
  return { id: row.id, role: nameIn(row.role), rights: rightsIn(row.tenant_id, rights), reach: reachOf(row) }
}

function reachOf({ scope_kind: kind, scope_id: id }: Pick<GrantRow, 'scope_kind' | 'scope_id'>): Reach {
  switch (kind) {
    case 'global':
      return { kind }
    case 'group':
      return { kind, group: id }
    case 'task':
      return { kind, taskId: id }
  }
}
