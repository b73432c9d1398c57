import {
  type Caller,
  expandTask,
  invalid,
  notFound,
  type Permission,
  RotaError,
  say,
  type TaskInput,
  type TaskView,
  taskInputOf,
} from '@rota/core'
import type { IfVersion } from '../../api/tasks.ts'
import type { SaveOptions, TaskRow } from '../../ports/tasks.ts'
import type { UseCaseContext } from '../context.ts'
import { requireMay } from '../permission.ts'
import { planPast } from './plan-past.ts'
import { taskChanged } from './task-audit.ts'
import { checkForm, keysOf, neverFiring, scheduleChanges, type TaskForm } from './task-forms.ts'

/** A task as it shall stand, and how it is told. */
export interface TaskChange {
  before: TaskRow
  row: TaskRow
  /** Its document; null leaves its schedules and keys alone. */
  form: TaskForm | null
  /** What listeners are told has been done. */
  change: string
  ifVersion?: IfVersion
  options?: Partial<SaveOptions>
}

/** What every use-case of tasks does with one of them. */
export interface TaskDesk {
  /**
   * The row of a task for whoever has the permission on it. Throws `not_found` for one that the caller does not see, and
   * for a deleted one unless that is wanted; `forbidden` without the permission there.
   */
  rowOf(caller: Caller, id: string, permission: Permission, options?: { deleted: true }): Promise<TaskRow>
  documentOf(row: TaskRow): TaskInput
  /** The document, checked; by default the stored one. Throws `invalid`. */
  formOf(row: TaskRow, input?: TaskInput): Promise<TaskForm>
  view(caller: Caller, id: string): Promise<TaskView>
  /** Stores a changed row with its schedules, and tells planner and dispatcher. Throws `stale_version`, `invalid`, `conflict`. */
  store(caller: Caller, change: TaskChange): Promise<void>
  /** {@link store}, and the task as it is then. */
  save(caller: Caller, change: TaskChange): Promise<TaskView>
}

export function createTaskDesk(context: UseCaseContext): TaskDesk {
  const { clock, tasks, queries } = context

  const documentOf = (row: TaskRow): TaskInput => taskInputOf(expandTask(row.definition, row.name))

  async function view(caller: Caller, id: string): Promise<TaskView> {
    const found = await queries.task(id, caller.scope)
    if (found === null) throw notFound('task', id)
    return found
  }

  async function write(caller: Caller, next: TaskRow, { before, row, form, options, change }: TaskChange) {
    const now = next.updatedAt
    const isActive = next.enabled && next.pausedAt === null && next.deletedAt === null
    // What the store takes away must not start before we know of it: that may be long, when the store is slow.
    const release = context.withhold(row.seq)
    try {
      const { dropped } = await tasks.save(next, {
        expectedVersion: row.version,
        keepRevision: true,
        schedules: form === null ? null : scheduleChanges(form, isActive),
        drop: 'future',
        now,
        answers: [],
        executions: [],
        keys: form === null ? [] : keysOf(form.definition, row.tenantId),
        audit: [taskChanged(caller, { before, after: next, action: change })],
        ...options,
      })
      context.drop(dropped)
    } finally {
      release()
    }
  }

  async function store(caller: Caller, change: TaskChange): Promise<void> {
    const { row, form } = change
    refuseStale(row, change.ifVersion ?? row.version)
    const now = change.options?.now ?? clock.now()
    const next: TaskRow = { ...row, version: row.version + 1, updatedAt: now, updatedBy: caller.name }
    // One instant for all of it: what falls due while a change is being checked belongs to one side only.
    if (change.change === 'paused') next.pausedAt = now
    // An instant may pass while the change is being checked.
    const late = form === null ? [] : neverFiring(form.rules, now)
    if (late.length > 0) throw invalid(late)
    await planPast(context, row, now)
    await write(caller, next, change)
    context.emit({ type: 'task_changed', id: row.id, change: change.change, actor: caller.name })
    context.replan()
    context.expectFrom(now)
  }

  return {
    async rowOf(caller, id, permission, options) {
      const row = await tasks.byId(id, caller.scope)
      if (row === null || (row.deletedAt !== null && !options?.deleted)) throw notFound('task', id)
      requireMay(caller, permission, row)
      return row
    },
    documentOf,
    formOf(row, input = documentOf(row)) {
      const before = expandTask(row.definition, row.name)
      return checkForm(input, { id: row.id, createdAt: row.createdAt, now: clock.now(), before }, context)
    },
    view,
    store,
    async save(caller, change) {
      await store(caller, change)
      return view(caller, change.row.id)
    },
  }
}

function refuseStale({ version }: TaskRow, expected: number) {
  if (expected === version) return
  throw new RotaError('stale_version', say`The task is at version ${version}, not ${expected}. Read it again.`)
}
