import { api } from '../../api/client.ts'
import { inTurns } from '../../api/in-turns.ts'
import { toProblem } from '../../api/problem.ts'
import type { ListedExecution } from '../../api/types.ts'
import type { BulkOutcome } from '../../ui/list/bulk-outcome.ts'
import { isOver } from './outcome.ts'

export const EXECUTION_ACTS = ['rerun', 'cancel'] as const
export type ExecutionAct = (typeof EXECUTION_ACTS)[number]

/** What an action needs to know of an execution. */
export type BulkExecution = Pick<ListedExecution, 'id' | 'status' | 'scheduled_at' | 'task_id'> & { name: string }

/** Whether an action would do anything: what lives is cancelled, what is over runs again. */
export function isHit(act: ExecutionAct, execution: BulkExecution): boolean {
  return (act === 'rerun') === isOver(execution)
}

interface ActRun {
  act: ExecutionAct
  executions: readonly BulkExecution[]
  onProgress: (done: number) => void
  /** Stops before the next request. */
  signal: AbortSignal
}

const CONFLICT = 409

/**
 * Applies an action to executions one by one. What ended before its turn came to be cancelled is skipped, as is what its
 * task lets not run now.
 */
export async function actOn({ act, executions, onProgress, signal }: ActRun): Promise<BulkOutcome<BulkExecution>> {
  const done: BulkExecution[] = []
  const skipped: BulkExecution[] = []
  const failed: { target: BulkExecution; reason: string }[] = []
  await inTurns(executions, signal, async (execution) => {
    try {
      await request(act, execution.id)
      done.push(execution)
    } catch (error) {
      const { status, message } = toProblem(error)
      if (status === CONFLICT) skipped.push(execution)
      else failed.push({ target: execution, reason: message })
    }
    onProgress(done.length + skipped.length + failed.length)
  })
  return { done, failed, skipped }
}

function request(act: ExecutionAct, id: string): Promise<unknown> {
  const path = { params: { path: { id } } }
  return act === 'cancel'
    ? api.POST('/api/scheduler/executions/{id}/cancel', path)
    : api.POST('/api/scheduler/executions/{id}/rerun', path)
}
