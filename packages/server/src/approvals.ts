import { type Caller, drafted, notFound, RotaError, type Scope, say, tenantOf } from '@rota/core'
import type { TaskDeed } from '@rota/engine'
import type { ChangeRequestView } from './approval-pending.ts'
import { isVisible, mayDecide, type PolicyDeed, stateOf, toRequest } from './held-changes.ts'
import { type PolicyInput, removePolicy, replacePolicy } from './policies.ts'
import type { ChangeRequestRow } from './policy-rows.ts'
import type { Services } from './services.ts'

type Parts = Services

/** Of all that there are, waiting or decided, lists look at the newest. */
const MOST_LISTED = 5_000
/** An approval that has stood still so long was broken off by the end of its server. */
const STUCK_MS = 60_000

export interface ApprovalQuery {
  page?: number
  limit?: number
  state?: ChangeRequestView['state']
}

/** Those that somebody made or may decide, the newest first. */
export async function listApprovals(
  { changeRequests, clock }: Pick<Parts, 'changeRequests' | 'clock'>,
  caller: Caller,
  { page = 1, limit = 50, state }: ApprovalQuery,
) {
  const now = clock.now()
  const rows = (await changeRequests.newest(MOST_LISTED)).filter((row) => isVisible(row, caller))
  const shown = rows
    .map((row) => toRequest(row, caller, now))
    .filter((one) => state === undefined || one.state === state)
  const from = (page - 1) * limit
  return { total: shown.length, page, limit, next_cursor: null, approvals: shown.slice(from, from + limit) }
}

/** Throws `not_found`, also for one that the caller neither made nor may decide. */
export async function readApproval(parts: Pick<Parts, 'changeRequests' | 'clock'>, caller: Caller, id: string) {
  return toRequest(await rowOf(parts, caller, id), caller, parts.clock.now())
}

interface Decision {
  id: string
  reason?: string | undefined
}

/**
 * Makes the change, as it was asked for. Throws `forbidden` for whoever asked for it or may not manage there, `conflict`
 * when it waits no more or what it changes has changed since, and whatever the change itself throws.
 */
export async function approve(parts: Parts, caller: Caller, { id, reason }: Decision): Promise<ChangeRequestView> {
  const row = await decidable(parts, caller, id)
  const { changeRequests, clock } = parts
  const by = { decided_by: caller.userId, decider: caller.name, decided_at: clock.now(), reason: reason ?? null }
  if (!(await changeRequests.decide(id, { ...by, state: 'applying' }, clock.now() - STUCK_MS))) throw waitsNoMore()
  try {
    await apply(parts, approver(caller, row), row)
  } catch (error) {
    await changeRequests.settle(id, {
      state: 'pending',
      decided_by: null,
      decider: null,
      decided_at: null,
      reason: null,
    })
    throw RotaError.is(error) && error.code === 'stale_version' ? changedSince() : error
  }
  await changeRequests.settle(
    id,
    { state: 'approved' },
    decided(caller, row, { action: 'approved', reason }, clock.now()),
  )
  return readApproval(parts, caller, id)
}

/** Throws as {@link approve}. */
export async function reject(parts: Parts, caller: Caller, { id, reason }: Decision): Promise<ChangeRequestView> {
  const row = await decidable(parts, caller, id)
  return decide(parts, caller, row, { reason, state: 'rejected' })
}

/** Takes back what one has asked for. Throws `forbidden` for what somebody else has. */
export async function withdraw(parts: Parts, caller: Caller, { id, reason }: Decision): Promise<ChangeRequestView> {
  const row = await rowOf(parts, caller, id)
  if (row.requested_by !== caller.userId) {
    throw new RotaError('forbidden', say`Only ${row.requester}, who asked for it, can withdraw it; reject it instead.`)
  }
  requirePending(row, parts.clock.now())
  return decide(parts, caller, row, { reason, state: 'withdrawn' })
}

async function decide(
  parts: Parts,
  caller: Caller,
  row: ChangeRequestRow,
  { reason, state }: Pick<Decision, 'reason'> & { state: 'rejected' | 'withdrawn' },
): Promise<ChangeRequestView> {
  const { id } = row
  const now = parts.clock.now()
  const by = { decided_by: caller.userId, decider: caller.name, decided_at: now, reason: reason ?? null }
  const entry = decided(caller, row, { action: state, reason }, now)
  if (!(await parts.changeRequests.decide(id, { ...by, state }, now - STUCK_MS, entry))) throw waitsNoMore()
  return readApproval(parts, caller, id)
}

function decided(
  caller: Caller,
  { id, name, tenant_id: tenantId, requester }: ChangeRequestRow,
  { action, reason }: { action: 'approved' | 'rejected' | 'withdrawn'; reason: string | undefined },
  now: number,
) {
  const detail = { requested_by: requester, reason: reason ?? null }
  return drafted(caller, { kind: 'approval', id, name, action, tenantId, detail }, now)
}

/** In the name of both, within what the request was about. */
function approver(caller: Caller, { id, requester, tenant_id: tenantId }: ChangeRequestRow): Caller {
  const scope: Scope =
    tenantId === null || tenantOf(caller.scope) !== null ? caller.scope : { kind: 'tenant', tenantId }
  return { ...caller, scope, name: [requester, caller.name].join(', '), approved: id }
}

async function apply(parts: Parts, caller: Caller, row: ChangeRequestRow): Promise<void> {
  if (row.subject === 'policy') await applyToPolicy(parts, caller, row)
  else await applyToTask(parts, caller, row)
}

async function applyToPolicy(parts: Parts, caller: Caller, { name, deed, task_version: ifVersion }: ChangeRequestRow) {
  const asked = JSON.parse(deed) as PolicyDeed
  if (asked.action === 'delete') await removePolicy(parts, caller, { name, ifVersion })
  else await replacePolicy(parts, caller, { name, input: asked.input as PolicyInput, ifVersion })
}

async function applyToTask({ engine: { tasks } }: Parts, caller: Caller, row: ChangeRequestRow): Promise<void> {
  const deed = JSON.parse(row.deed) as TaskDeed
  const { task_id: id, task_version: version } = row
  if (deed.action === 'create') {
    await tasks.create(caller, deed.input, { idempotencyKey: `approval:${row.id}` })
    return
  }
  if (deed.action === 'update') {
    await tasks.update(caller, id!, deed.changes, version)
    return
  }
  if (deed.action === 'delete') {
    await tasks.remove(caller, id!, version)
    return
  }
  const { version: current } = await tasks.get(caller, id!)
  if (current !== version) throw changedSince()
  if (deed.action === 'purge') await tasks.purge(caller, id!)
  else await tasks.restore(caller, id!, deed.name === null ? {} : { name: deed.name })
}

/** A request that waits, for whoever may decide it. */
async function decidable(parts: Parts, caller: Caller, id: string): Promise<ChangeRequestRow> {
  const row = await rowOf(parts, caller, id)
  if (row.requested_by === caller.userId) {
    throw new RotaError('forbidden', say`Whoever asks for a change cannot decide it: that is for a second person.`)
  }
  if (!mayDecide(row, caller)) {
    const lack = { may: 'manage', on: 'task' } as const
    throw new RotaError('forbidden', say`This needs the permission "manage" there.`, [], lack)
  }
  requirePending(row, parts.clock.now())
  return row
}

async function rowOf({ changeRequests }: Pick<Parts, 'changeRequests'>, caller: Caller, id: string) {
  const row = await changeRequests.byId(id)
  if (row === undefined || !isVisible(row, caller)) throw notFound('approval', id)
  return row
}

function requirePending(row: ChangeRequestRow, now: number): void {
  if (stateOf(row, now) !== 'pending') throw waitsNoMore()
}

const waitsNoMore = () => new RotaError('conflict', say`The change waits no more: it has been decided, or has expired.`)

const changedSince = () =>
  new RotaError('conflict', say`It has been changed since this was asked for. Reject this, and ask for it anew.`)
