import {
  type Caller,
  changesOf,
  drafted,
  invalid,
  notFound,
  RotaError,
  type Scope,
  say,
  surplusOf,
  tenantOf,
  union,
} from '@rota/core'
import { grantOf } from './auth/holdings.ts'
import { usernameKey } from './auth/users.ts'
import type { MemberKind, SubjectKind, UserGroupRow } from './grant-store.ts'
import type { Services } from './services.ts'
import { inTenant, isSeen, keyIn, splitSignInName } from './tenancy.ts'

type Parts = Pick<Services, 'accessStore' | 'clock' | 'newId' | 'holdings'>

export async function listUserGroups({ accessStore }: Parts, scope: Scope, { page = 1, limit = 50 }) {
  const { total, rows } = await accessStore.userGroups.list(scope, (page - 1) * limit, limit)
  return { total, page, limit, next_cursor: null, user_groups: rows.map((row) => toUserGroup(row, row.members)) }
}

/** With its members. Throws `not_found`. */
export async function readUserGroup({ accessStore }: Pick<Parts, 'accessStore'>, scope: Scope, id: string) {
  const row = await groupOf({ accessStore }, scope, id)
  const members = await accessStore.userGroups.members(row.id)
  const member_list = members.map(({ member_kind: kind, member_id, name }) => ({ kind, id: member_id, name }))
  return { ...toUserGroup(row, members.length), member_list }
}

/** Throws `conflict` for a name that is taken. */
export async function createUserGroup(
  { accessStore, clock, newId }: Parts,
  caller: Caller,
  { name, description = '' }: { name: string; description?: string },
) {
  const now = clock.now()
  const tenantId = tenantOf(caller.scope)
  const row: UserGroupRow = {
    id: newId(),
    tenant_id: tenantId,
    name,
    name_key: keyIn(tenantId, usernameKey(name)),
    description,
    created_at: now,
    created_by: caller.name,
    updated_at: now,
  }
  const entry = drafted(
    caller,
    { kind: 'user_group', id: row.id, name, action: 'created', after: { description } },
    now,
  )
  if (!(await accessStore.audited(entry).userGroups.insert(row))) throw taken(name)
  return toUserGroup(row, 0)
}

/** Throws `not_found`, and `conflict` for a name that is taken. */
export async function changeUserGroup(
  { accessStore, clock }: Parts,
  caller: Caller,
  { id, changes }: { id: string; changes: { name?: string; description?: string } },
) {
  const row = await groupOf({ accessStore }, caller.scope, id)
  const { name = row.name, description = row.description } = changes
  const now = clock.now()
  const changed = changesOf({ name: row.name, description: row.description }, { name, description })
  const entry = drafted(caller, { ...aboutGroup(row), name, action: 'updated', ...changed }, now)
  const values = { updated_at: now, name, name_key: keyIn(row.tenant_id, usernameKey(name)), description }
  if (!(await accessStore.audited(entry).userGroups.update(row.id, values))) throw taken(name)
  return readUserGroup({ accessStore }, caller.scope, row.id)
}

/** Takes its grants with it. Throws `not_found`. */
export async function removeUserGroup(
  { accessStore, clock, holdings }: Parts,
  caller: Caller,
  id: string,
): Promise<void> {
  const row = await groupOf({ accessStore }, caller.scope, id)
  const { grants, userGroups } = accessStore
  // What it allows goes first: whatever stops this half-way leaves nobody more than before.
  await grants.removeOfSubject('group', row.id)
  await userGroups.removeFromAll('group', row.id)
  await userGroups.removeMembers(row.id)
  const before = { description: row.description }
  const about = { ...aboutGroup(row), action: 'deleted', before } as const
  await accessStore.audited(drafted(caller, about, clock.now())).userGroups.remove(row.id)
  holdings.forgetAll()
}

/**
 * Throws `not_found`, `invalid` for a member that there is not, `conflict` for a circle, and `forbidden` where the group
 * holds what the caller has not: to join it, or let somebody join, would be the way to that.
 */
export async function addMember(
  { accessStore, clock, holdings }: Omit<Parts, 'newId'>,
  caller: Caller,
  { id, member }: { id: string; member: { kind: MemberKind; id: string } },
) {
  const row = await groupOf({ accessStore }, caller.scope, id)
  await refuseGreaterGroup({ accessStore, clock }, caller, row)
  const found = await subjectOf({ accessStore }, inTenant(row.tenant_id), { ...member, path: 'id' })
  if (found.tenantId !== row.tenant_id) throw noSuch({ ...member, path: 'id' })
  const joining = { group_id: row.id, member_kind: member.kind, member_id: found.id }
  const detail = { kind: member.kind, id: found.id, name: found.name }
  const about = { ...aboutGroup(row), action: 'member added', detail } as const
  const isIn = await accessStore.audited(drafted(caller, about, clock.now())).userGroups.addMember(joining)
  if (!isIn) {
    throw new RotaError('conflict', say`${found.name} holds ${row.name}, so that each would belong to itself.`, [
      { path: 'id', message: say`would make a circle.` },
    ])
  }
  holdings.forgetAll()
  return readUserGroup({ accessStore }, caller.scope, row.id)
}

async function refuseGreaterGroup(
  { accessStore, clock }: Pick<Parts, 'accessStore' | 'clock'>,
  caller: Caller,
  { id, name }: UserGroupRow,
) {
  const held = union((await accessStore.grants.ofGroup(id, clock.now())).map((row) => grantOf(row).rights))
  const surplus = surplusOf(held, caller.rights)
  if (surplus.length === 0) return
  throw new RotaError(
    'forbidden',
    say`${name} holds what you have not (${surplus.slice(0, 3).join(', ')}), so that you cannot let anybody join it.`,
  )
}

/** Throws `not_found` for a group that there is not; who is no member stays none. */
export async function removeMember(
  { accessStore, clock, holdings }: Omit<Parts, 'newId'>,
  caller: Caller,
  { id, member }: { id: string; member: { kind: MemberKind; id: string } },
): Promise<void> {
  const row = await groupOf({ accessStore }, caller.scope, id)
  const leaving = { group_id: row.id, member_kind: member.kind, member_id: member.id }
  const about = { ...aboutGroup(row), action: 'member removed', detail: member } as const
  await accessStore.audited(drafted(caller, about, clock.now())).userGroups.removeMember(leaving)
  holdings.forgetAll()
}

interface Named {
  kind: SubjectKind
  /** An id or a name; of a token its id. */
  id: string
  /** Of the field that names it. */
  path: string
}

/**
 * A user or group by id or name, or a token by its id, whose it is included: of a tenant that is looked at by its plain name, elsewhere a user
 * by that for signing in. Throws `invalid`, at `path`, for one that there is not, or that is not seen.
 */
export async function subjectOf(
  { accessStore }: Pick<Parts, 'accessStore'>,
  scope: Scope,
  named: Named,
): Promise<{ id: string; name: string; tenantId: string | null }> {
  const { users, userGroups, tokens } = accessStore
  if (named.kind === 'token') {
    const token = await tokens.byId(named.id)
    const tenantId = token?.tenant_id ?? token?.owner_tenant_id ?? null
    if (token === undefined || !isSeen(scope, { tenant_id: tenantId })) throw noSuch(named)
    return { id: token.id, name: token.name, tenantId }
  }
  if (named.kind === 'user') {
    const { tenantId, name } = splitSignInName(named.id, tenantOf(scope))
    const user = (await users.byId(named.id)) ?? (await users.byKey(keyIn(tenantId, usernameKey(name))))
    if (user === undefined || !isSeen(scope, user)) throw noSuch(named)
    return { id: user.id, name: user.username, tenantId: user.tenant_id }
  }
  const key = keyIn(tenantOf(scope), usernameKey(named.id))
  const group = (await userGroups.byId(named.id)) ?? (await userGroups.byKey(key))
  if (group === undefined || !isSeen(scope, group)) throw noSuch(named)
  return { id: group.id, name: group.name, tenantId: group.tenant_id }
}

function noSuch({ kind, id, path }: Named): RotaError {
  const given = JSON.stringify(id)
  const messages = {
    user: say`is ${given}; there is no such user.`,
    group: say`is ${given}; there is no such user group.`,
    token: say`is ${given}; there is no token of this ID.`,
  }
  return invalid([{ path, message: messages[kind] }])
}

async function groupOf({ accessStore }: Pick<Parts, 'accessStore'>, scope: Scope, id: string): Promise<UserGroupRow> {
  const row = await accessStore.userGroups.byId(id)
  if (row === undefined || !isSeen(scope, row)) throw notFound('user group', id)
  return row
}

/** What the audit tells of a group, whoever it is that changes it. */
function aboutGroup({ id, name, tenant_id: tenantId }: UserGroupRow) {
  return { kind: 'user_group', id, name, tenantId } as const
}

function taken(name: string): RotaError {
  const message = say`There is already a user group ${name}.`
  return new RotaError('conflict', message, [{ path: 'name', message: say`is taken.` }])
}

function toUserGroup(row: UserGroupRow, members: number) {
  const iso = (at: number) => new Date(at).toISOString()
  const { id, tenant_id, name, description, created_by } = row
  return {
    id,
    tenant_id,
    name,
    description,
    members,
    created_at: iso(row.created_at),
    created_by,
    updated_at: iso(row.updated_at),
  }
}
