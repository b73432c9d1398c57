import {
  allows,
  ancestors,
  type Caller,
  isInForce,
  type Kind,
  may,
  PERMISSIONS,
  type Permission,
  type Place,
  RotaError,
  reaches,
  say,
  tenantOf,
} from '@rota/core'
import type { UserRow } from './access-store.ts'
import { grantOf, heldBy } from './auth/holdings.ts'
import { giversOf } from './givers.ts'
import type { NamedGrantRow } from './grant-store.ts'
import { both } from './grants.ts'
import { ifThere } from './if-there.ts'
import type { Services } from './services.ts'
import { seenBy, signInName, systemIn } from './tenancy.ts'
import { subjectOf } from './user-groups.ts'

type Parts = Pick<Services, 'accessStore' | 'engine' | 'clock'>

/** Accounts that are looked at for who may do what in a place. */
const MOST_ACCOUNTS = 1_000

export interface AccessQuestion {
  user?: string
  permission?: Permission
  kind?: Kind
  task?: string
  group?: string
}

/**
 * Why somebody may do something, or what is missing. Whoever asks about another needs `manage` on users. Throws
 * `forbidden` without it, `invalid` for a user that there is not.
 */
export async function explainAccess(parts: Parts, caller: Caller, question: AccessQuestion) {
  const { permission = 'view', kind = 'task' } = question
  const user = await accountOf(parts, caller, question.user)
  // A task of another tenant is nowhere for whoever belongs to one.
  const place = await placeOf(parts, user.tenant_id ?? tenantOf(caller.scope), question)
  const now = parts.clock.now()
  // With those that have ended: one of them may be what is missing.
  const rows = await parts.accessStore.grants.ofUser(user.id, 0)
  const held = heldBy(
    user,
    rows.map(grantOf).filter((grant) => isInForce(grant, now)),
  )
  const isAllowed = user.disabled === 0 && may(held, permission, kind, place)
  const holdings = holdingsOf(user, rows, kind)
  const isMeant = ({ grant }: Named) => allows(grant, permission, kind) && reaches(grant.reach, place ?? NOWHERE)
  const isBy = (each: Named) => isMeant(each) && isInForce(each.grant, now)
  const ended = holdings.find((each) => isMeant(each) && !isInForce(each.grant, now))
  const tell = (each: Named) => told(each, now)
  const isOwn = user.id === caller.userId
  // What the asker does not see is not told apart from what is not there.
  const seen = place !== undefined && (await isSeen(parts, caller, question))
  return {
    user: user.username,
    permission,
    kind,
    allowed: isAllowed,
    by: holdings.filter(isBy).map(tell),
    others: holdings.filter((each) => !isBy(each)).map(tell),
    missing: isAllowed ? null : missing({ user, permission, kind, ended, place: seen ? place : undefined, question }),
    narrowed_by_token: isOwn && isAllowed && !may(caller, permission, kind, place),
    can_grant: isAllowed ? [] : await giversOf(parts, { permission, kind, tenantId: user.tenant_id }),
  }
}

/** A place that only what holds everywhere reaches. */
const NOWHERE: Place = { id: null, group: null }

async function accountOf({ accessStore }: Parts, caller: Caller, wanted: string | undefined): Promise<UserRow> {
  const own = caller.userId === null ? undefined : await accessStore.users.byId(caller.userId)
  if (own === undefined) throw new RotaError('forbidden', say`Nobody may do this.`)
  if (wanted === undefined || wanted === own.id || wanted === own.username) return own
  if (!may(caller, 'manage', 'user')) {
    const message = say`To ask about others needs the permission "manage" on users.`
    throw new RotaError('forbidden', message, [], { may: 'manage', on: 'user' })
  }
  const { id } = await subjectOf({ accessStore }, caller.scope, { kind: 'user', id: wanted, path: 'user' })
  return (await accessStore.users.byId(id))!
}

async function placeOf(
  { engine }: Pick<Parts, 'engine'>,
  tenantId: string | null,
  { task, group }: Pick<AccessQuestion, 'task' | 'group'>,
) {
  if (task !== undefined && group !== undefined) throw both('task', 'group')
  if (group !== undefined) return { id: null, group }
  if (task === undefined) return undefined
  const found = await ifThere(engine.tasks.get(systemIn(tenantId), task))
  return { id: task, group: found?.group ?? null, ...(found !== null && { tenantId: found.tenant_id }) }
}

async function isSeen({ engine }: Parts, caller: Caller, { task }: AccessQuestion): Promise<boolean> {
  return task === undefined || (await ifThere(engine.tasks.get(caller, task))) !== null
}

interface Lack {
  user: UserRow
  permission: Permission
  kind: Kind
  /** What would have allowed it. */
  ended: Named | undefined
  place: Place | undefined
  question: AccessQuestion
}

function missing({ user, permission, kind, ended, place, question }: Lack): string {
  const who = user.username
  if (user.disabled === 1) return say`The account ${who} is disabled.`
  if (ended !== undefined) {
    const end = new Date(ended.grant.expiresAt!).toISOString()
    return say`What let ${who} do that, the grant of ${ended.grant.role}, ended at ${end}.`
  }
  if (place === undefined && question.task !== undefined) {
    return say`${who} has no grant with "${permission}" on the task, on its group or above it, and no role that holds everywhere.`
  }
  if (place === undefined) return say`${who} has no role with "${permission}" on ${kind} that holds everywhere.`
  if (place.group === null) {
    return say`${who} has no grant with "${permission}" on the task, and it lies in no group: a role that holds everywhere is needed otherwise.`
  }
  return say`${who} has no grant with "${permission}" on the group ${JSON.stringify(place.group)}, on one above it or on the task, and no role that holds everywhere.`
}

interface Named {
  grant: ReturnType<typeof grantOf>
  userGroup: string | null
  kind: Kind
}

function holdingsOf(user: Pick<UserRow, 'role' | 'tenant_id'>, rows: readonly NamedGrantRow[], kind: Kind): Named[] {
  const { rights } = heldBy(user, [])
  const own = {
    grant: { id: '', role: user.role, rights, reach: { kind: 'global' }, expiresAt: null } as const,
    userGroup: null,
    kind,
  }
  const granted = rows.map((row) => {
    return { grant: grantOf(row), userGroup: row.subject_kind === 'group' ? row.subject_name : null, kind }
  })
  return user.role === 'none' ? granted : [own, ...granted]
}

function told({ grant, userGroup, kind }: Named, now: number) {
  const { id, role, rights, reach, expiresAt } = grant
  const scopeId = reach.kind === 'group' ? reach.group : reach.kind === 'task' ? reach.taskId : null
  return {
    grant_id: id === '' ? null : id,
    role,
    scope: { kind: reach.kind, id: scopeId },
    user_group: userGroup,
    permissions: PERMISSIONS.filter((each) => rights[kind]?.includes(each)),
    expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
    expired: !isInForce(grant, now),
  }
}

/** Who may do what with the tasks of a group, or with one; with neither, everywhere. Throws `invalid` when both are named. */
export async function holdersOf(parts: Parts, caller: Caller, { task, group }: Pick<AccessQuestion, 'task' | 'group'>) {
  const { accessStore } = parts
  const place: Place & { tenantId?: string | null } =
    (await placeOf(parts, tenantOf(caller.scope), { task, group } as AccessQuestion)) ?? NOWHERE
  const [within, now] = [seenBy(caller.scope), parts.clock.now()]
  const groups = place.group === null ? [] : [...ancestors(place.group), place.group]
  const rows = await accessStore.grants.reaching({ taskId: place.id, groups, within, after: now })
  const groupIds = [...new Set(rows.filter((row) => row.subject_kind === 'group').map((row) => row.subject_id))]
  const members = await accessStore.userGroups.usersIn(groupIds)
  const byUser = Map.groupBy(members, (each) => each.user_id)
  const { total, rows: users } = await accessStore.users.list(within, 0, MOST_ACCOUNTS)
  const holders = users.flatMap((user) => {
    if (user.disabled === 1 || isElsewhere(user, place)) return []
    const ofGroups = new Set((byUser.get(user.id) ?? []).map((each) => each.group_id))
    const own = rows.filter((row) =>
      row.subject_kind === 'user' ? row.subject_id === user.id : ofGroups.has(row.subject_id),
    )
    const by = holdingsOf(user, own, 'task').filter(({ grant }) => (grant.rights.task ?? []).length > 0)
    if (by.length === 0) return []
    const permissions = PERMISSIONS.filter((each) => by.some(({ grant }) => allows(grant, each, 'task')))
    return [
      {
        user: within.kind === 'all' ? signInName(user) : user.username,
        display_name: user.display_name,
        permissions,
        by: by.map((each) => told(each, now)),
      },
    ]
  })
  return { holders, more: total > users.length }
}

/** Who belongs to a tenant holds nothing on the task of another, or of none. */
function isElsewhere({ tenant_id }: Pick<UserRow, 'tenant_id'>, { tenantId }: { tenantId?: string | null }): boolean {
  return tenantId !== undefined && tenant_id !== null && tenant_id !== tenantId
}
