import { type Caller, type ExecutionView, notFound } from '@rota/core'
import { unfinishedView } from '../../views/execution-view.ts'
import type { UseCaseContext } from '../context.ts'

/** Where executions are looked up for whoever wants something of them. */
export interface ExecutionDesk {
  /** Throws `not_found` for one that is not there, or outside the caller's scope. */
  view(caller: Caller, id: string): Promise<ExecutionView>
}

export function createExecutionDesk(context: UseCaseContext): ExecutionDesk {
  return {
    async view(caller, id) {
      const found = await context.queries.execution(id, caller.scope)
      if (found === null) throw notFound('execution', id)
      if (found.status !== 'running') return found
      return { ...found, progress: context.progressOf(id), unfinished: unfinishedView(context.tails.unfinished(id)) }
    },
  }
}
