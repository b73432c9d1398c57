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
  say,
  surplusOf,
  tenantOf,
} from '@rota/core'
import type { RoleRow } from './grant-store.ts'
import type { Services } from './services.ts'

type Parts = Pick<Services, 'accessStore' | 'clock' | 'holdings'>

export interface RoleInput {
  name: string
  description?: string
  rights: Rights
}

/** The built-in roles, and those that were made. */
export async function listRoles({ accessStore }: Parts) {
  const made = await accessStore.roles.list()
  return { roles: [...ROLES.map((name) => builtIn(name)), ...made.map(toRole)] }
}

/** Throws `not_found`. */
export async function readRole({ accessStore }: Parts, name: string) {
  return isRole(name) ? builtIn(name) : toRole(await rowOf({ accessStore }, name))
}

/** Throws `invalid` for rights that there are not, or that the caller has not; `conflict` for a name that is taken. */
export async function createRole(
  { accessStore, clock }: Parts,
  caller: Caller,
  { name, description = '', rights }: RoleInput,
) {
  const now = clock.now()
  const row: RoleRow = {
    name,
    tenant_id: tenantOf(caller.scope),
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
  const before = await rowOf({ accessStore }, name)
  const after = {
    description: changes.description ?? before.description,
    rights: changes.rights === undefined ? before.rights : JSON.stringify(checkedRights(caller, changes.rights)),
  }
  const now = clock.now()
  const changed = changesOf(auditedRole(before), auditedRole(after))
  const entry = drafted(caller, { kind: 'role', id: name, name, action: 'updated', ...changed }, now)
  await accessStore.audited(entry).roles.update(name, { updated_at: now, ...after })
  holdings.forgetAll()
  return readRole({ accessStore, clock, holdings }, name)
}

/** Throws `conflict` for one that is built in, or still given to somebody. */
export async function removeRole({ accessStore, clock }: Parts, caller: Caller, name: string): Promise<void> {
  refuseBuiltIn(name)
  const before = auditedRole(await rowOf({ accessStore }, name))
  const entry = drafted(caller, { kind: 'role', id: name, name, action: 'deleted', before }, clock.now())
  if (await accessStore.audited(entry).roles.removeUnused(name)) return
  throw new RotaError('conflict', say`The role ${name} is still given to somebody; take those grants back first.`)
}

/** What a role allows. Throws `invalid`, at `path`, for one that there is not. */
export async function rightsOfRole(
  { accessStore }: Pick<Parts, 'accessStore'>,
  name: string,
  path: string,
): Promise<Rights> {
  if (isRole(name)) return ROLE_RIGHTS[name]
  const row = await accessStore.roles.byName(name)
  if (row !== undefined) return JSON.parse(row.rights)
  const known = [...ROLES, ...(await accessStore.roles.list()).map((each) => each.name)]
  throw invalid([{ path, message: say`is ${JSON.stringify(name)}; there are ${known.slice(0, 20).join(', ')}.` }])
}

async function rowOf({ accessStore }: Pick<Parts, 'accessStore'>, name: string): Promise<RoleRow> {
  const row = await accessStore.roles.byName(name)
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
  return { name, built_in: true, description: '', permissions, rights, created_at: null, created_by: null }
}

function toRole(row: RoleRow) {
  const rights = JSON.parse(row.rights) as Rights
  const { name, description, created_by } = row
  const created_at = new Date(row.created_at).toISOString()
  return { name, built_in: false, description, permissions: permissionsIn(rights), rights, created_at, created_by }
}
