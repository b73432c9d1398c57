import type { Caller } from '@rota/core'
import type { Tasks } from '../../api/tasks.ts'
import type { UseCaseContext } from '../context.ts'
import { createBulk } from './bulk.ts'
import { createChanging } from './change.ts'
import { createCreation } from './create.ts'
import { createPausing } from './pause.ts'
import { createRemoval } from './remove.ts'
import { createRunning } from './run.ts'
import { createTaskDesk } from './task-desk.ts'

/** Everything people do with tasks. `cancel` ends executions by id; it belongs to the executions' use-cases. */
export function createTasks(
  context: UseCaseContext,
  cancel: (caller: Caller, executionId: string) => Promise<unknown>,
): Tasks {
  const { queries } = context
  const desk = createTaskDesk(context)
  const { move, ...changing } = createChanging(context, desk)
  const verbs = {
    ...createCreation(context, desk),
    ...changing,
    ...createPausing(context, desk),
    ...createRemoval(context, desk, cancel),
    ...createRunning(context, desk, cancel),
  }
  return {
    ...verbs,
    get: desk.view,
    list: (caller, filter) => queries.tasks(filter, caller.scope),
    named: (caller, names) => queries.tasksNamed(names, caller.scope),
    revisions: (caller, id) => queries.revisions(id, caller.scope),
    bulk: createBulk({ ...verbs, move }),
  }
}
