import { type Caller, RotaError, say, taskInputOf } from '@rota/core'
import type { Tasks } from '../../api/tasks.ts'
import type { ScheduleChange, ScheduleRow } from '../../ports/tasks.ts'
import type { UseCaseContext } from '../context.ts'
import { heldOf } from './held-change.ts'
import { nameTaken } from './restore-refusal.ts'
import { taskPurged } from './task-audit.ts'
import type { TaskDesk } from './task-desk.ts'
import { columnsOf } from './task-forms.ts'

/** A schedule that is kept for a return, whether or not its task's document can be read, and has no next instant. */
const stopped = ({ ordinal, body }: ScheduleRow): ScheduleChange => ({ ordinal, body, next: () => null })

/** How tasks go, and come back. `cancel` ends one of their executions. */
export function createRemoval(
  context: UseCaseContext,
  desk: TaskDesk,
  cancel: (caller: Caller, executionId: string) => Promise<unknown>,
): Pick<Tasks, 'remove' | 'restore' | 'purge'> {
  const { clock, tasks } = context
  return {
    async remove(caller, id, ifVersion) {
      const row = await desk.rowOf(caller, id, 'delete')
      await context.policies.holdBack(caller, [row], () => ({
        deed: { action: 'delete' },
        ...heldOf(row, ifVersion),
        before: desk.documentOf(row),
        after: null,
      }))
      const schedules = (await tasks.schedules(row.seq)).map(stopped)
      const deleted = { ...row, deletedAt: clock.now() }
      const options = { drop: 'all', keepRevision: false, schedules } as const
      await desk.store(caller, { before: row, row: deleted, form: null, change: 'deleted', ifVersion, options })
      for (const live of await tasks.liveExecutions(row.seq)) await cancel(caller, live).catch(() => undefined)
    },

    async restore(caller, id, { name } = {}) {
      const row = await desk.rowOf(caller, id, 'edit', { deleted: true })
      if (row.deletedAt === null) throw new RotaError('conflict', say`The task is not deleted.`)
      const form = await desk.formOf(row, { ...desk.documentOf(row), ...(name !== undefined && { name }) })
      const { definition } = form
      if (definition.enabled) await context.policies.requireComplying(caller, definition, row.tenantId)
      await context.policies.holdBack(caller, [row], () => ({
        deed: { action: 'restore', name: name ?? null },
        ...heldOf(row, null),
        before: null,
        after: taskInputOf(definition),
      }))
      const restored = { ...row, ...(name !== undefined && columnsOf(form)), deletedAt: null }
      try {
        return await desk.save(caller, { before: row, row: restored, form, change: 'restored' })
      } catch (error) {
        const isTaken = RotaError.is(error) && error.code === 'conflict' && error.errors[0]?.path === 'name'
        throw isTaken ? await nameTaken(context, form.definition.name, caller.scope) : error
      }
    },

    async purge(caller, id) {
      const row = await desk.rowOf(caller, id, 'manage', { deleted: true })
      if (row.deletedAt === null)
        throw new RotaError('conflict', say`Delete the task first; only deleted tasks can be purged.`)
      await context.policies.holdBack(caller, [row], () => ({
        deed: { action: 'purge' },
        ...heldOf(row, null),
        before: null,
        after: null,
      }))
      const now = clock.now()
      const { ids } = await tasks.purge(row.seq, now, [taskPurged(caller, row, now)])
      await context.logs.remove(ids)
      context.emit({ type: 'task_changed', id, change: 'purged', actor: caller.name })
    },
  }
}
