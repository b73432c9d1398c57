import { type AuditDraft, type Caller, drafted, type Json, taskChanges, taskFields } from '@rota/core'
import type { NewExecution } from '../../ports/executions.ts'
import type { TaskRow } from '../../ports/tasks.ts'

type Row = Omit<TaskRow, 'seq'>

/** What the audit keeps of a task: its document as stored, which names only what differs from the usual, and its state. */
function fieldsOf(row: Row): { [field: string]: Json } {
  const { name, enabled, pausedAt, deletedAt } = row
  return { ...JSON.parse(row.definition), name, enabled, paused: pausedAt !== null, deleted: deletedAt !== null }
}

function entry(
  caller: Caller,
  row: Row,
  told: Pick<Parameters<typeof drafted>[1], 'action' | 'before' | 'after'>,
  now: number,
) {
  return drafted(caller, { kind: 'task', id: row.id, name: row.name, tenantId: row.tenantId, ...told }, now)
}

export function taskCreated(caller: Caller, row: Row): AuditDraft {
  const after = taskFields(JSON.parse(row.definition))
  return entry(
    caller,
    row,
    { action: 'created', after: { ...after, name: row.name, enabled: row.enabled } },
    row.createdAt,
  )
}

/** `action` is what listeners are told, too: `updated`, `paused`, `deleted` … */
export function taskChanged(
  caller: Caller,
  { before, after, action }: { before: Row; after: Row; action: string },
): AuditDraft {
  const changes = taskChanges(fieldsOf(before), fieldsOf(after))
  return entry(caller, after, { action, ...changes }, after.updatedAt)
}

/** Of what is gone for good the audit keeps what it was. */
export function taskPurged(caller: Caller, row: Row, now: number): AuditDraft {
  return entry(caller, row, { action: 'purged', before: taskFields(JSON.parse(row.definition)) }, now)
}

/** That somebody had a task run, and with what instead of its own. */
export function taskRun(caller: Caller, row: Row, { id, trigger, job, createdAt }: NewExecution): AuditDraft {
  const overrides = job === null ? {} : { with: taskFields(JSON.parse(job)) }
  const detail = { execution_id: id, trigger, ...overrides }
  return drafted(
    caller,
    { kind: 'task', id: row.id, name: row.name, tenantId: row.tenantId, action: 'run', detail },
    createdAt,
  )
}
