import {
  type Caller,
  changesOf,
  drafted,
  type FieldError,
  invalid,
  isInForce,
  isRole,
  notFound,
  RotaError,
  type Scope,
  say,
  surplusOf,
  tenantOf,
} from '@rota/core'
import { textError } from '@rota/protocol'
import { rightsIn } from './auth/holdings.ts'
import type { GrantFilter, GrantRow, NamedGrantRow, ScopeKind, SubjectKind } from './grant-store.ts'
import { ifThere } from './if-there.ts'
import { roleOf } from './roles.ts'
import type { Services } from './services.ts'
import { isSeen, keyIn, nameIn, seenBy, systemIn } from './tenancy.ts'
import { subjectOf } from './user-groups.ts'

type Parts = Pick<Services, 'accessStore' | 'clock' | 'newId' | 'holdings' | 'engine' | 'apiTokens'>

/** To one subject; whoever has more shall have groups. What a token has is compared with all that its owner has. */
const MOST: Record<SubjectKind, number> = { user: 1_000, group: 1_000, token: 100 }

export interface GrantInput {
  subject: { kind: SubjectKind; id: string }
  role: string
  scope: { kind: ScopeKind; id?: string | null }
  expires_at?: string | null
}

export interface GrantQuery {
  page?: number
  limit?: number
  user?: string
  user_group?: string
  token_id?: string
  role?: string
  group?: string
  task?: string
}

/** Throws `invalid` for a user or group that there is not. */
export async function listGrants(parts: Parts, scope: Scope, { page = 1, limit = 50, ...query }: GrantQuery) {
  const filter = await filterOf(parts, scope, query)
  const { total, rows } = await parts.accessStore.grants.list(filter, (page - 1) * limit, limit)
  return { total, page, limit, next_cursor: null, grants: await Promise.all(rows.map((row) => toGrant(parts, row))) }
}

/** Throws `not_found`. */
export async function readGrant(parts: Parts, scope: Scope, id: string) {
  return toGrant(parts, await rowOf(parts, scope, id))
}

/**
 * Gives a role to somebody. The same grant again is the one that is there, and lasts as long as the longer of both: grants
 * add up. Throws `invalid` for a subject, role or place that there is not, an end that is past, and for what the caller has
 * not; `conflict` for too many.
 */
export async function createGrant(parts: Parts, caller: Caller, input: GrantInput) {
  const { accessStore, clock, newId } = parts
  const subject = await subjectOf(parts, caller.scope, { ...input.subject, path: 'subject.id' })
  // All of it lies where the one does to whom it is given.
  const { tenantId } = subject
  const role = await givenRole(parts, caller, { name: input.role, tenantId })
  const scopeId = await scopeIdOf(parts, tenantId, input.scope)
  const expiresAt = endOf(input.expires_at, clock.now())
  await refuseTooMany(parts, { kind: input.subject.kind, id: subject.id })
  const row: GrantRow = {
    id: newId(),
    tenant_id: tenantId,
    subject_kind: input.subject.kind,
    subject_id: subject.id,
    role,
    scope_kind: input.scope.kind,
    scope_id: scopeId,
    source: '',
    created_at: clock.now(),
    created_by: caller.name,
    expires_at: expiresAt,
  }
  const after = auditedGrant({ ...row, subject_name: subject.name })
  const entry = drafted(
    caller,
    { kind: 'grant', id: row.id, name: subject.name, tenantId, action: 'created', after },
    row.created_at,
  )
  const earlier = await accessStore.audited(entry).grants.insert(row)
  if (earlier !== null) await lengthen(parts, caller, { id: earlier, expiresAt })
  forgetHoldings(parts)
  return readGrant(parts, caller.scope, earlier ?? row.id)
}

/**
 * Lets a grant end at another instant, or never. Throws `not_found`, `invalid` for an end that is past and for what the
 * caller has not, `conflict` for a grant that comes from elsewhere again and again.
 */
export async function changeGrant(
  parts: Parts,
  caller: Caller,
  { id, changes }: { id: string; changes: { expires_at?: string | null } },
) {
  const row = await rowOf(parts, caller.scope, id)
  if (row.source !== '') {
    throw new RotaError('conflict', say`This grant comes from ${row.source}, which gives and takes it by itself.`)
  }
  if (changes.expires_at !== undefined) {
    const expiresAt = endOf(changes.expires_at, parts.clock.now())
    // To give for longer is to give: also what has ended must be the caller's to give.
    await givenRole(parts, caller, { name: nameIn(row.role), tenantId: row.tenant_id })
    await endAt(parts, caller, { row, expiresAt })
    forgetHoldings(parts)
  }
  return readGrant(parts, caller.scope, id)
}

async function lengthen(parts: Parts, caller: Caller, { id, expiresAt }: { id: string; expiresAt: number | null }) {
  const row = await parts.accessStore.grants.byId(id)
  if (row === undefined || row.expires_at === null) return
  if (expiresAt === null || expiresAt > row.expires_at) await endAt(parts, caller, { row, expiresAt })
}

async function endAt(
  { accessStore, clock }: Parts,
  caller: Caller,
  { row, expiresAt }: { row: NamedGrantRow; expiresAt: number | null },
): Promise<void> {
  const [before, after] = [auditedGrant(row), auditedGrant({ ...row, expires_at: expiresAt })]
  const about = { kind: 'grant', id: row.id, name: row.subject_name, tenantId: row.tenant_id } as const
  const entry = drafted(caller, { ...about, action: 'updated', ...changesOf(before, after) }, clock.now())
  await accessStore.audited(entry).grants.endAt(row.id, expiresAt)
}

/** Throws `invalid` for a role that there is not, and for one that allows what the caller may not. */
async function givenRole(parts: Parts, caller: Caller, { name, tenantId }: { name: string; tenantId: string | null }) {
  const { key, rights } = await roleOf(parts, { name, tenantId }, 'role')
  const surplus = surplusOf(rightsIn(tenantId, rights), caller.rights)
  if (surplus.length === 0) return key
  throw invalid([{ path: 'role', message: say`would allow more than you may: ${surplus.join(', ')}.` }])
}

async function refuseTooMany({ accessStore }: Parts, { kind, id }: { kind: SubjectKind; id: string }): Promise<void> {
  if ((await accessStore.grants.countOfSubject(kind, id)) < MOST[kind]) return
  throw new RotaError(
    'conflict',
    kind === 'token'
      ? say`A token has at most ${MOST.token} grants.`
      : say`A user or group has at most ${MOST[kind]} grants.`,
  )
}

function endOf(given: string | null | undefined, now: number): number | null {
  if (given === null || given === undefined) return null
  const at = Date.parse(given)
  if (at > now) return at
  throw invalid([{ path: 'expires_at', message: say`must be in the future.` }])
}

/** A token knows whether it has grants. */
function forgetHoldings({ holdings, apiTokens }: Parts): void {
  holdings.forgetAll()
  apiTokens.forgetAll()
}

/** Throws `not_found`. */
export async function removeGrant(parts: Parts, caller: Caller, id: string): Promise<void> {
  const row = await rowOf(parts, caller.scope, id)
  const before = auditedGrant(row)
  const about = {
    kind: 'grant',
    id,
    name: row.subject_name,
    tenantId: row.tenant_id,
    action: 'deleted',
    before,
  } as const
  await parts.accessStore.audited(drafted(caller, about, parts.clock.now())).grants.remove(id)
  forgetHoldings(parts)
}

type AuditedGrant = Omit<NamedGrantRow, 'role_rights' | 'task_group'>

function auditedGrant({
  subject_kind,
  subject_id,
  subject_name,
  role,
  scope_kind,
  scope_id,
  expires_at,
}: AuditedGrant) {
  const subject = { kind: subject_kind, id: subject_id, name: subject_name }
  const scope = { kind: scope_kind, id: scope_id === '' ? null : scope_id }
  return { subject, role: nameIn(role), scope, expires_at: isoOf(expires_at) }
}

const isoOf = (at: number | null) => (at === null ? null : new Date(at).toISOString())

async function rowOf({ accessStore }: Parts, scope: Scope, id: string): Promise<NamedGrantRow> {
  const row = await accessStore.grants.byId(id)
  if (row === undefined || !isSeen(scope, row)) throw notFound('grant', id)
  return row
}

async function filterOf(
  parts: Parts,
  scope: Scope,
  { user, user_group, token_id: token, role, group, task }: GrantQuery,
): Promise<GrantFilter> {
  if (user !== undefined && user_group !== undefined) throw both('user_group', 'user')
  if (token !== undefined && (user ?? user_group) !== undefined) throw both('token_id', user ? 'user' : 'user_group')
  if (group !== undefined && task !== undefined) throw both('task', 'group')
  const filter: GrantFilter = { within: seenBy(scope) }
  if (user !== undefined) {
    const found = await subjectOf(parts, scope, { kind: 'user', id: user, path: 'user' })
    filter.subject = { kind: 'user', id: found.id }
  }
  if (user_group !== undefined) {
    const found = await subjectOf(parts, scope, { kind: 'group', id: user_group, path: 'user_group' })
    filter.subject = { kind: 'group', id: found.id }
  }
  if (token !== undefined) {
    const found = await subjectOf(parts, scope, { kind: 'token', id: token, path: 'token_id' })
    filter.subject = { kind: 'token', id: found.id }
  }
  if (role !== undefined) filter.role = isRole(role) ? role : keyIn(tenantOf(scope), role)
  if (group !== undefined) filter.scope = { kind: 'group', id: group }
  if (task !== undefined) filter.scope = { kind: 'task', id: task }
  return filter
}

export function both(path: string, other: string): RotaError {
  return invalid([{ path, message: say`cannot go together with ${other}.` }])
}

/** A group need not have a task yet: whoever is to make the first one needs the grant before. */
async function scopeIdOf(
  { engine }: Parts,
  tenantId: string | null,
  { kind, id = null }: GrantInput['scope'],
): Promise<string> {
  if (kind === 'global') {
    if (id === null) return ''
    throw wrongScope(say`is for groups and tasks; \`global\` holds everywhere.`)
  }
  if (id === null) throw wrongScope(kind === 'group' ? say`is missing: which group?` : say`is missing: which task?`)
  if (kind === 'group') {
    const problem = groupProblem(id)
    if (problem !== null) throw wrongScope(problem)
    return id
  }
  if ((await ifThere(engine.tasks.get(systemIn(tenantId), id))) === null) {
    throw wrongScope(say`is ${JSON.stringify(id)}; there is no such task.`)
  }
  return id
}

const wrongScope = (message: string) => invalid([{ path: 'scope.id', message } satisfies FieldError])

function groupProblem(group: string): string | null {
  if (textError(group)) return say`holds characters that no name may hold.`
  if (group.trim() !== group || group === '') return say`begins or ends with a space, or is empty.`
  if (group.startsWith('/') || group.endsWith('/') || group.includes('//')) {
    return say`is written as groups are: a, a/b, without a slash at an end.`
  }
  return null
}

async function toGrant({ engine, clock }: Parts, row: NamedGrantRow) {
  const isTask = row.scope_kind === 'task'
  const task = isTask ? await ifThere(engine.tasks.get(systemIn(row.tenant_id), row.scope_id)) : null
  return {
    id: row.id,
    tenant_id: row.tenant_id,
    subject: { kind: row.subject_kind, id: row.subject_id, name: row.subject_name },
    role: nameIn(row.role),
    scope: { kind: row.scope_kind, id: row.scope_id === '' ? null : row.scope_id, name: task?.name ?? null },
    source: row.source === '' ? null : row.source,
    created_at: new Date(row.created_at).toISOString(),
    created_by: row.created_by,
    expires_at: isoOf(row.expires_at),
    expired: !isInForce({ expiresAt: row.expires_at }, clock.now()),
  }
}
