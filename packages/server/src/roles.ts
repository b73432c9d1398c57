import {
  ALLOWED_FROM,
  type Caller,
  changesOf,
  drafted,
  invalid,
  isRole,
  type Json,
  KINDS,
  type Kind,
  notFound,
  PERMISSIONS,
  type Permission,
  permissionsIn,
  type Rights,
  ROLE_RIGHTS,
  ROLES,
  RotaError,
  type Scope,
  say,
  surplusOf,
  tenantOf,
} from '@rota/core'
import type { RoleRow } from './grant-store.ts'
import type { Services } from './services.ts'
import { inTenant, keyIn, nameIn } from './tenancy.ts'

type Parts = Pick<Services, 'accessStore' | 'clock' | 'holdings'>

export interface RoleInput {
  name: string
  description?: string
  rights: Rights
}

/** The built-in roles, and those that were made. */
export async function listRoles({ accessStore }: Parts, scope: Scope) {
  const made = await accessStore.roles.list(scope)
  return { roles: [...ROLES.map((name) => builtIn(name)), ...made.map(toRole)] }
}

/** Throws `not_found`. */
export async function readRole({ accessStore }: Pick<Parts, 'accessStore'>, scope: Scope, name: string) {
  return isRole(name) ? builtIn(name) : toRole(await rowOf({ accessStore }, scope, name))
}

/** Throws `invalid` for rights that there are not, or that the caller has not; `conflict` for a name that is taken. */
export async function createRole(
  { accessStore, clock }: Parts,
  caller: Caller,
  { name, description = '', rights }: RoleInput,
) {
  const now = clock.now()
  const tenantId = tenantOf(caller.scope)
  const row: RoleRow = {
    name: keyIn(tenantId, name),
    tenant_id: tenantId,
    description,
    rights: JSON.stringify(checkedRights(caller, rights)),
    created_at: now,
    created_by: caller.name,
    updated_at: now,
  }
  const after = { description, rights: JSON.parse(row.rights) }
  const entry = drafted(caller, { kind: 'role', id: name, name, action: 'created', after }, now)
  const isTaken = isRole(name) || name === 'none' || !(await accessStore.audited(entry).roles.insert(row))
  if (isTaken) {
    const message = say`There is already a role ${name}.`
    throw new RotaError('conflict', message, [{ path: 'name', message: say`is taken.` }])
  }
  return toRole(row)
}

/** Throws as {@link createRole}, and `conflict` for a built-in one. */
export async function changeRole(
  { accessStore, clock, holdings }: Parts,
  caller: Caller,
  { name, changes }: { name: string; changes: Partial<Omit<RoleInput, 'name'>> },
) {
  refuseBuiltIn(name)
  const before = await rowOf({ accessStore }, caller.scope, name)
  const after = {
    description: changes.description ?? before.description,
    rights: changes.rights === undefined ? before.rights : JSON.stringify(checkedRights(caller, changes.rights)),
  }
  const now = clock.now()
  const changed = changesOf(auditedRole(before), auditedRole(after))
  const entry = drafted(caller, { kind: 'role', id: name, name, action: 'updated', ...changed }, now)
  await accessStore.audited(entry).roles.update(before.name, { updated_at: now, ...after })
  holdings.forgetAll()
  return readRole({ accessStore }, caller.scope, name)
}

/** Throws `conflict` for one that is built in, or still given to somebody. */
export async function removeRole({ accessStore, clock }: Parts, caller: Caller, name: string): Promise<void> {
  refuseBuiltIn(name)
  const row = await rowOf({ accessStore }, caller.scope, name)
  const about = { kind: 'role', id: name, name, action: 'deleted', before: auditedRole(row) } as const
  if (await accessStore.audited(drafted(caller, about, clock.now())).roles.removeUnused(row.name)) return
  throw new RotaError('conflict', say`The role ${name} is still given to somebody; take those grants back first.`)
}

/**
 * A role of a tenant, or of none, as grants name it, and what it allows. Throws `invalid`, at `path`, for one that there
 * is not.
 */
export async function roleOf(
  { accessStore }: Pick<Parts, 'accessStore'>,
  { name, tenantId }: { name: string; tenantId: string | null },
  path: string,
): Promise<{ key: string; rights: Rights }> {
  if (isRole(name)) return { key: name, rights: ROLE_RIGHTS[name] }
  const row = await accessStore.roles.byName(keyIn(tenantId, name))
  if (row !== undefined) return { key: row.name, rights: JSON.parse(row.rights) }
  const own = (await accessStore.roles.list(inTenant(tenantId))).filter((each) => each.tenant_id === tenantId)
  const known = [...ROLES, ...own.map((each) => nameIn(each.name))]
  throw invalid([{ path, message: say`is ${JSON.stringify(name)}; there are ${known.slice(0, 20).join(', ')}.` }])
}

async function rowOf({ accessStore }: Pick<Parts, 'accessStore'>, scope: Scope, name: string): Promise<RoleRow> {
  const row = await accessStore.roles.byName(keyIn(tenantOf(scope), name))
  if (row === undefined) throw notFound('role', name.slice(0, 64))
  return row
}

function refuseBuiltIn(name: string): void {
  if (isRole(name)) throw new RotaError('conflict', say`The role ${name} is built in; make another one.`)
}

/** The rights with what they entail. Throws `invalid` for what a kind does not know, and for more than the caller has. */
function checkedRights(caller: Caller, wanted: Rights): Rights {
  const errors = KINDS.flatMap((kind) =>
    (wanted[kind] ?? [])
      .filter((permission) => !isKnown(kind, permission))
      .map((permission) => ({
        path: `rights.${kind}`,
        message: say`knows no ${permission}; there are ${knownOf(kind).join(', ')}.`,
      })),
  )
  if (errors.length > 0) throw invalid(errors)
  const rights = withViewing(wanted)
  const surplus = surplusOf(rights, caller.rights)
  if (surplus.length > 0) {
    throw invalid([{ path: 'rights', message: say`would allow more than you may: ${surplus.join(', ')}.` }])
  }
  if (Object.keys(rights).length === 0) throw invalid([{ path: 'rights', message: say`must allow something.` }])
  return rights
}

const knownOf = (kind: Kind) => PERMISSIONS.filter((permission) => isKnown(kind, permission))
const isKnown = (kind: Kind, permission: Permission) => Object.hasOwn(ALLOWED_FROM[kind], permission)

/** Nobody can do anything with what is not there to be seen. */
function withViewing(rights: Rights): Rights {
  const held = KINDS.flatMap((kind) => {
    const wanted = rights[kind] ?? []
    if (wanted.length === 0) return []
    return [
      [
        kind,
        PERMISSIONS.filter((each) => wanted.includes(each) || (each === 'view' && isKnown(kind, 'view'))),
      ] as const,
    ]
  })
  return Object.fromEntries(held)
}

const auditedRole = ({ description, rights }: Pick<RoleRow, 'description' | 'rights'>) => ({
  description,
  rights: JSON.parse(rights) as Json,
})

function builtIn(name: (typeof ROLES)[number]) {
  const rights = ROLE_RIGHTS[name]
  const permissions = permissionsIn(rights)
  const nobodys = { tenant_id: null, created_at: null, created_by: null }
  return { name, built_in: true, description: '', permissions, rights, ...nobodys }
}

function toRole(row: RoleRow) {
  const rights = JSON.parse(row.rights) as Rights
  const { tenant_id, description, created_by } = row
  const name = nameIn(row.name)
  const created_at = new Date(row.created_at).toISOString()
  const permissions = permissionsIn(rights)
  return { name, tenant_id, built_in: false, description, permissions, rights, created_at, created_by }
}
