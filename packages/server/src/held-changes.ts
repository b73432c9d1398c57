import { createHash } from 'node:crypto'
import { type Caller, drafted, type Json, may, RotaError, say, type TaskInput, tenantOf } from '@rota/core'
import type { HeldChange, TaskDeed } from '@rota/engine'
import { ApprovalPending, type ChangeRequestView } from './approval-pending.ts'
import { maskedChange } from './masked-change.ts'
import type { ChangeRequestRow, PolicyRow } from './policy-rows.ts'
import type { Services } from './services.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** What is done to a policy, so that it can be done later; `input` as the API took it. */
export type PolicyDeed = { readonly action: 'update'; readonly input: object } | { readonly action: 'delete' }
type Keeping = Pick<Services, 'changeRequests' | 'clock' | 'newId' | 'config'>

interface Kept {
  subject: 'task' | 'policy'
  deed: TaskDeed | PolicyDeed
  name: string
  tenantId: string | null
  task: { id: string; version: number } | null
  version: number | null
  group: string | null
  before: object | null
  after: object | null
}

/** Keeps a change of a task. Throws {@link ApprovalPending}. */
export function holdTaskChange(parts: Keeping, caller: Caller, change: HeldChange): Promise<never> {
  const { deed, name, tenantId, task, group, before, after } = change
  return hold(parts, caller, {
    ...{ subject: 'task', deed, name, tenantId, task, group },
    version: task?.version ?? null,
    ...maskedChange(before, after),
  })
}

interface PolicyChange {
  deed: PolicyDeed
  row: PolicyRow
  before: object
  after: object | null
}

/** Keeps a change of a policy, unless it has been approved. Throws {@link ApprovalPending}. */
export async function holdPolicyChange(parts: Keeping, caller: Caller, change: PolicyChange): Promise<void> {
  if (caller.approved !== undefined || caller.userId === null) return
  const { deed, row, before, after } = change
  const { name, version, tenant_id: tenantId } = row
  await hold(parts, caller, {
    subject: 'policy',
    deed,
    name,
    tenantId,
    task: null,
    version,
    group: null,
    before,
    after,
  })
}

/** The same request made twice is one. */
async function hold({ changeRequests, clock, newId, config }: Keeping, caller: Caller, kept: Kept): Promise<never> {
  const now = clock.now()
  const { subject, deed, name, tenantId, task, version, group, before, after } = kept
  const digest = digestOf([caller.userId, subject, deed, name, task, version])
  const earlier = await changeRequests.pending(now, digest)
  if (earlier !== undefined) throw new ApprovalPending(toRequest(earlier, caller, now))
  const { max_pending: most, expire_hours: hours, keep_days: days } = config.approvals
  await changeRequests.removeBefore(now - days * DAY_MS)
  if ((await changeRequests.countPending(now)) >= most) {
    throw new RotaError('conflict', say`${most} changes wait for approval already (approvals.max_pending).`)
  }
  const row: ChangeRequestRow = {
    id: newId(),
    tenant_id: tenantId,
    subject,
    deed: JSON.stringify(deed),
    digest,
    name,
    task_id: task?.id ?? null,
    task_version: version,
    task_group: group,
    before_doc: before && JSON.stringify(before),
    after_doc: after && JSON.stringify(after),
    state: 'pending',
    requested_by: caller.userId!,
    requester: caller.name ?? '',
    created_at: now,
    expires_at: now + hours * HOUR_MS,
    decided_by: null,
    decider: null,
    decided_at: null,
    reason: null,
  }
  const told = { subject, action: deed.action, task_id: row.task_id, before: before as Json, after: after as Json }
  const asked = { kind: 'approval', id: row.id, name, action: 'requested', tenantId, detail: told } as const
  await changeRequests.insert(row, drafted(caller, asked, now))
  throw new ApprovalPending(toRequest(row, caller, now))
}

const digestOf = (parts: unknown) => createHash('sha256').update(JSON.stringify(parts)).digest('hex')

export function mayDecide(row: ChangeRequestRow, caller: Caller): boolean {
  if (row.subject === 'policy') return may(caller, 'manage', 'configuration')
  return may(caller, 'manage', 'task', { id: row.task_id, group: row.task_group })
}

export function isVisible(row: ChangeRequestRow, caller: Caller): boolean {
  const tenant = tenantOf(caller.scope)
  if (tenant !== null && row.tenant_id !== tenant) return false
  return row.requested_by === caller.userId || mayDecide(row, caller)
}

export function stateOf({ state, expires_at }: ChangeRequestRow, now: number): ChangeRequestView['state'] {
  if (state === 'pending' && expires_at <= now) return 'expired'
  return state === 'applying' ? 'pending' : state
}

export function toRequest(row: ChangeRequestRow, caller: Caller, now: number): ChangeRequestView {
  const isOwn = row.requested_by === caller.userId
  const { id, subject, name, task_id, task_version, task_group: group, requester: requested_by, reason } = row
  return {
    ...{ id, subject, name, task_id, task_version, group, requested_by, reason },
    action: (JSON.parse(row.deed) as TaskDeed | PolicyDeed).action,
    state: stateOf(row, now),
    before: row.before_doc === null ? null : JSON.parse(row.before_doc),
    after: row.after_doc === null ? null : (JSON.parse(row.after_doc) as TaskInput & Record<string, never>),
    is_own: isOwn,
    may_decide: !isOwn && mayDecide(row, caller),
    created_at: new Date(row.created_at).toISOString(),
    expires_at: new Date(row.expires_at).toISOString(),
    decided_by: row.decider,
    decided_at: row.decided_at === null ? null : new Date(row.decided_at).toISOString(),
  }
}
