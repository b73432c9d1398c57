import type { Tasks } from '../../api/tasks.ts'
import type { UseCaseContext } from '../context.ts'
import { catchUp } from './catch-up.ts'
import type { TaskDesk } from './task-desk.ts'

/** How tasks rest for a while. */
export function createPausing(context: UseCaseContext, desk: TaskDesk): Pick<Tasks, 'pause' | 'resume'> {
  const { clock } = context
  return {
    async pause(caller, id) {
      const row = await desk.rowOf(caller, id, 'execute')
      if (row.pausedAt !== null) return desk.view(caller, id)
      const paused = { ...row, pausedAt: clock.now(), pauseReason: caller.name === null ? 'quarantine' : null }
      const form = await desk.formOf(row)
      return desk.save(caller, { before: row, row: paused, form, change: 'paused', options: { keepRevision: false } })
    },

    async resume(caller, id, options) {
      const row = await desk.rowOf(caller, id, 'execute')
      if (row.pausedAt === null) return desk.view(caller, id)
      const form = await desk.formOf(row)
      const now = clock.now()
      const backlog = await catchUp(context, { row, form, now }, options?.backlog ?? 'skip')
      const resumed = { ...row, pausedAt: null, pauseReason: null }
      const change = 'resumed'
      return desk.save(caller, {
        before: row,
        row: resumed,
        form,
        change,
        options: { keepRevision: false, now, ...backlog },
      })
    },
  }
}
