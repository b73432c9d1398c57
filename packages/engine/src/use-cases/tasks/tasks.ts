import type { Caller } from '@rota/core'
import type { Tasks } from '../../api/tasks.ts'
import type { UseCaseContext } from '../context.ts'
import { createBulk } from './bulk.ts'
import { createChanging } from './change.ts'
import { createCreation } from './create.ts'
import { createPausing } from './pause.ts'
import { createRemoval } from './remove.ts'
import { createRunning } from './run.ts'
import { createTaskDesk, type TaskDesk } from './task-desk.ts'

/** Everything people do with tasks. `cancel` ends executions by id; it belongs to the executions' use-cases. */
export function createTasks(
  context: UseCaseContext,
  cancel: (caller: Caller, executionId: string) => Promise<unknown>,
): Tasks {
  const { queries } = context
  const desk = createTaskDesk(context)
  const { move: _, ...changing } = createChanging(context, desk)
  const running = createRunning(context, desk, cancel)
  const verbs = {
    ...createCreation(context, desk),
    ...changing,
    ...createPausing(context, desk),
    ...createRemoval(context, desk, cancel),
    ...running,
  }
  const unread = unreadDesk(desk)
  const inBulk = {
    ...createChanging(context, unread),
    ...createPausing(context, unread),
    ...createRemoval(context, unread, cancel),
    ...running,
  }
  return {
    ...verbs,
    get: desk.view,
    list: (caller, filter) => queries.tasks(filter, caller.scope),
    named: (caller, names) => queries.tasksNamed(names, caller.scope),
    revisions: (caller, id) => queries.revisions(id, caller.scope),
    bulk: createBulk(inBulk),
  }
}

/** For whoever changes many tasks and reads none of them: to read each after its change takes as long as to find it. */
function unreadDesk(desk: TaskDesk): TaskDesk {
  const nothing = undefined as never
  return {
    ...desk,
    view: async () => nothing,
    save: async (caller, change) => {
      await desk.store(caller, change)
      return nothing
    },
  }
}
