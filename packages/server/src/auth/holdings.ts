import {
  type Clock,
  firstEnd,
  type Grant,
  heldByBoth,
  isInForce,
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
import type { GrantRows, NamedGrantRow } from '../grant-store.ts'
import { nameIn } from '../tenancy.ts'
import type { KnownCallers } from './known-callers.ts'
import { ShortCache } from './short-cache.ts'

/** What somebody may do: everywhere, in some places besides, and what is seen for that. */
export interface Held {
  rights: Rights
  grants: readonly Grant[]
  scope: Scope
  /** From this instant on it is less; null where nothing of it ends. */
  heldUntil: number | null
}

const NOTHING: Rights = {}

/** What accounts hold, by their role and by what is granted to them and to the groups they belong to. */
export class Holdings {
  readonly #grants: Pick<GrantRows, 'ofUser' | 'ofToken'>
  readonly #clock: Clock
  readonly #cache: ShortCache<readonly Grant[]>

  constructor(grants: Pick<GrantRows, 'ofUser' | 'ofToken'>, clock: Clock, callers: KnownCallers) {
    this.#grants = grants
    this.#clock = clock
    this.#cache = new ShortCache(clock, callers)
  }

  /** At most three seconds old. */
  async of(user: Pick<UserRow, 'id' | 'role' | 'tenant_id'>): Promise<Held> {
    return heldBy(user, await this.#inForce(user.id, (now) => this.#grants.ofUser(user.id, now)))
  }

  /** What is left of what its owner holds to a token that has but what is granted to it. At most three seconds old. */
  async ofToken(id: string, tenantId: string | null, owner: Held): Promise<Held> {
    const granted = await this.#inForce(`token:${id}`, (now) => this.#grants.ofToken(id, now))
    const everywhere: Grant = { id: '', role: '', rights: owner.rights, reach: { kind: 'global' }, expiresAt: null }
    const held = heldBy({ role: 'none', tenant_id: tenantId }, heldByBoth(granted, [everywhere, ...owner.grants]))
    // What the owner is granted everywhere has become one with the role of the account: it ends with the first of it.
    return { ...held, heldUntil: firstEnd([{ expiresAt: held.heldUntil }, { expiresAt: owner.heldUntil }]) }
  }

  /** What was read may end while it is remembered. */
  async #inForce(key: string, read: (now: number) => Promise<NamedGrantRow[]>): Promise<Grant[]> {
    const granted = await this.#cache.get(key, async () => (await read(this.#clock.now())).map(grantOf))
    const now = this.#clock.now()
    return granted.filter((grant) => isInForce(grant, now))
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
  const account: Grant = { id: '', role, rights, reach: { kind: 'global' }, expiresAt: null }
  const grants = granted.filter(({ reach }) => reach.kind !== 'global')
  return { rights, grants, scope: scopeOfGrants([account, ...grants], tenantId), heldUntil: firstEnd(granted) }
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
  return {
    id: row.id,
    role: nameIn(row.role),
    rights: rightsIn(row.tenant_id, rights),
    reach: reachOf(row),
    expiresAt: row.expires_at,
  }
}

function reachOf({
  scope_kind: kind,
  scope_id: id,
  task_group,
}: Pick<NamedGrantRow, 'scope_kind' | 'scope_id' | 'task_group'>): Reach {
  switch (kind) {
    case 'global':
      return { kind }
    case 'group':
      return { kind, group: id }
    case 'task':
      return { kind, taskId: id, group: task_group }
  }
}
