import { api } from '../../api/client.ts'
import { toProblem } from '../../api/problem.ts'
import type { ListedExecution } from '../../api/types.ts'
import type { BulkOutcome } from '../../ui/list/bulk-outcome.ts'
import { isOver } from './outcome.ts'

export const EXECUTION_ACTS = ['rerun', 'cancel'] as const
export type ExecutionAct = (typeof EXECUTION_ACTS)[number]

/** What an action needs to know of an execution. */
export type BulkExecution = Pick<ListedExecution, 'id' | 'status' | 'scheduled_at'> & { name: string }

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

/** Requests under way at once: so many that waiting costs little, so few that the server serves others too. */
const AT_ONCE = 6
const CONFLICT = 409

/** Applies an action to executions one by one. What ended before its turn came to be cancelled is skipped. */
export async function actOn({ act, executions, onProgress, signal }: ActRun): Promise<BulkOutcome<BulkExecution>> {
  const done: BulkExecution[] = []
  const skipped: BulkExecution[] = []
  const failed: { target: BulkExecution; reason: string }[] = []
  const waiting = executions.values()
  const one = async (execution: BulkExecution) => {
    try {
      await request(act, execution.id)
      done.push(execution)
    } catch (error) {
      const { status, message } = toProblem(error)
      if (act === 'cancel' && status === CONFLICT) skipped.push(execution)
      else failed.push({ target: execution, reason: message })
    }
    onProgress(done.length + skipped.length + failed.length)
  }
  const worker = async () => {
    for (const execution of waiting) {
      if (signal.aborted) return
      await one(execution)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return { done, failed, skipped }
}

function request(act: ExecutionAct, id: string): Promise<unknown> {
  const path = { params: { path: { id } } }
  return act === 'cancel'
    ? api.POST('/api/scheduler/executions/{id}/cancel', path)
    : api.POST('/api/scheduler/executions/{id}/rerun', path)
}
