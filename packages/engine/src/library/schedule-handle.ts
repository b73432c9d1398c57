import type { ExecutionView } from '@rota/core'
import type { Engine } from '../api/engine.ts'
import type { RunOptions } from '../api/tasks.ts'
import { PROGRAM } from './schedule-book.ts'

/** A schedule of the program. Its calls wait until it is saved, so they need a started scheduler. */
export interface ScheduleHandle {
  readonly name: string
  /** When it runs next; null when it will not, e.g. because it is paused. */
  next(): Promise<Date | null>
  /** Runs it now, apart from its occurrences. */
  run(options?: Pick<RunOptions, 'params' | 'priority' | 'idempotencyKey'>): Promise<ExecutionView>
  /** Lets no occurrence start until {@link resume}, also after a restart. */
  pause(): Promise<void>
  /** `backlog` says what becomes of the occurrences that passed meanwhile. Default `skip`. */
  resume(options?: { backlog?: 'skip' | 'last' | 'all' }): Promise<void>
  /** Ends it for good, with what is running of it, and frees its name. */
  remove(): Promise<void>
}

/** What a handle needs of its scheduler. */
export interface HandleOwner {
  /** The task that the schedule is kept as, once it is saved. */
  saved(name: string): Promise<{ engine: Engine; id: string }>
  /** Forgets a removed schedule. */
  forget(name: string): void
}

export function scheduleHandle(name: string, owner: HandleOwner): ScheduleHandle {
  return {
    name,
    async next() {
      const { engine, id } = await owner.saved(name)
      const { next_run } = await engine.tasks.get(PROGRAM, id)
      return next_run === null ? null : new Date(next_run)
    },
    async run(options) {
      const { engine, id } = await owner.saved(name)
      return engine.tasks.run(PROGRAM, id, options)
    },
    async pause() {
      const { engine, id } = await owner.saved(name)
      await engine.tasks.pause(PROGRAM, id)
    },
    async resume(options) {
      const { engine, id } = await owner.saved(name)
      await engine.tasks.resume(PROGRAM, id, options)
    },
    async remove() {
      const { engine, id } = await owner.saved(name)
      await engine.tasks.remove(PROGRAM, id, null)
      owner.forget(name)
    },
  }
}
