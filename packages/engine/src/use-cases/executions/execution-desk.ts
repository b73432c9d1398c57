import { type Caller, type ExecutionView, notFound, type Permission } from '@rota/core'
import { unfinishedView } from '../../views/execution-view.ts'
import type { UseCaseContext } from '../context.ts'
import { requireMay } from '../permission.ts'

/** Where executions are looked up for whoever wants something of them. */
export interface ExecutionDesk {
  /** Throws `not_found` for one that is not there, or outside the caller's scope. */
  view(caller: Caller, id: string): Promise<ExecutionView>
  /** The same for whoever has the permission on its task. Throws `forbidden` besides. */
  held(caller: Caller, id: string, permission: Permission): Promise<ExecutionView>
}

export function createExecutionDesk(context: UseCaseContext): ExecutionDesk {
  async function view(caller: Caller, id: string): Promise<ExecutionView> {
    const found = await context.queries.execution(id, caller.scope)
    if (found === null) throw notFound('execution', id)
    if (found.status !== 'running') return found
    return { ...found, progress: context.progressOf(id), unfinished: unfinishedView(context.tails.unfinished(id)) }
  }

  return {
    view,
    async held(caller, id, permission) {
      const found = await view(caller, id)
      requireMay(caller, permission, { id: found.task_id, group: found.task_group })
      return found
    },
  }
}
