import { type Caller, changesOf, drafted, notFound, RotaError, say } from '@rota/core'
import type { Services } from './services.ts'
import type { TenantHoldings, TenantRow } from './tenant-store.ts'

type Parts = Pick<Services, 'accessStore' | 'clock' | 'tenants'>

export async function listTenants({ accessStore }: Pick<Parts, 'accessStore'>, page: number, limit: number) {
  const { total, rows } = await accessStore.tenants.list((page - 1) * limit, limit)
  return { total, page, limit, next_cursor: null, tenants: rows.map(toTenant) }
}

/** With what it has. Throws `not_found`. */
export async function readTenant({ accessStore }: Pick<Parts, 'accessStore'>, id: string) {
  const row = await rowOf({ accessStore }, id)
  return { ...toTenant(row), counts: await accessStore.tenants.holdings(id) }
}

/** Throws `conflict` for an id that is taken, or was once. */
export async function createTenant(
  { accessStore, clock }: Pick<Parts, 'accessStore' | 'clock'>,
  caller: Caller,
  { id, name = id }: { id: string; name?: string },
) {
  const now = clock.now()
  const times = { created_at: now, created_by: caller.name, updated_at: now, deleted_at: null }
  const row: TenantRow = { id, name, disabled: 0, ...times }
  const entry = drafted(caller, { kind: 'tenant', id, name, action: 'created' }, now)
  if (await accessStore.audited(entry).tenants.insert(row)) return toTenant(row)
  const message = (await accessStore.tenants.byId(id))
    ? say`There is already a tenant ${id}.`
    : say`There was a tenant ${id} once, of which histories still tell; choose another id.`
  throw new RotaError('conflict', message, [{ path: 'id', message: say`is taken.` }])
}

/** Who belongs to a tenant that is disabled is not let in from now on. Throws `not_found`. */
export async function changeTenant(
  { accessStore, clock, tenants }: Parts,
  caller: Caller,
  { id, changes }: { id: string; changes: { name?: string; disabled?: boolean } },
) {
  const row = await rowOf({ accessStore }, id)
  const before = { name: row.name, disabled: row.disabled === 1 }
  const after = { ...before, ...changes }
  const now = clock.now()
  const about = { kind: 'tenant', id, name: after.name, action: 'updated', ...changesOf(before, after) } as const
  await accessStore.audited(drafted(caller, about, now)).tenants.update(id, {
    updated_at: now,
    name: after.name,
    disabled: Number(after.disabled),
  })
  tenants.forget(id)
  return readTenant({ accessStore }, id)
}

/** Throws `not_found`, and `conflict`, with counts, for one that has anything yet. */
export async function removeTenant({ accessStore, clock, tenants }: Parts, caller: Caller, id: string): Promise<void> {
  const { name } = await rowOf({ accessStore }, id)
  const now = clock.now()
  const entry = drafted(caller, { kind: 'tenant', id, name, action: 'deleted' }, now)
  const isGone = await accessStore.audited(entry).tenants.removeEmpty(id, now)
  tenants.forget(id)
  if (isGone) return
  const has = hasYet(await accessStore.tenants.holdings(id))
  throw new RotaError('conflict', say`The tenant ${id} still has ${has}; delete these first.`)
}

function hasYet(counts: TenantHoldings): string {
  const { tasks, executions, users, user_groups: groups, roles, grants, secrets, nodes, pools } = counts
  const told = [
    tasks > 0 && say`${tasks} tasks (deleted ones count until they are purged)`,
    executions > 0 && say`${executions} executions that have not ended`,
    users > 0 && say`${users} users`,
    groups > 0 && say`${groups} user groups`,
    roles > 0 && say`${roles} roles`,
    grants > 0 && say`${grants} grants`,
    secrets > 0 && say`${secrets} secrets`,
    nodes > 0 && say`${nodes} nodes`,
    pools > 0 && say`${pools} pools`,
  ]
  return told.filter((each) => each !== false).join(', ')
}

async function rowOf({ accessStore }: Pick<Parts, 'accessStore'>, id: string): Promise<TenantRow> {
  const row = await accessStore.tenants.byId(id)
  if (row === undefined) throw notFound('tenant', id.slice(0, 40))
  return row
}

function toTenant({ id, name, disabled, created_at, created_by, updated_at }: TenantRow) {
  const iso = (at: number) => new Date(at).toISOString()
  return {
    id,
    name,
    disabled: disabled === 1,
    created_at: iso(created_at),
    created_by,
    updated_at: iso(updated_at),
  }
}
