import type { Execution, Schema } from '../../api/types.ts'

type Facts = Schema<'Explanation'>['facts']

/** What can be done about what happened: a part of the task's editor, what stands in the way, or a page of settings. */
export type Mend =
  | { to: 'section'; section: 'limits' | 'retry' | 'misfire'; word: MendWord }
  | { to: 'execution'; executionId: string; word: MendWord }
  | { to: 'resume'; word: MendWord }

export type MendWord =
  | 'openHolder'
  | 'raiseLimit'
  | 'changeOverlap'
  | 'changeMisfire'
  | 'resume'
  | 'raiseTimeout'
  | 'addRetry'

/** The ways out of what an execution's explanation tells; none where there is nothing to mend, or no task. */
export function mendsOf(execution: Execution, facts: Facts): Mend[] {
  if (execution.status === 'pending') return mendsOfWaiting(execution, facts)
  if (execution.task_id === null) return []
  if (execution.status === 'skipped') return mendsOfSkipped(execution)
  if (execution.status === 'failed') return mendsOfFailed(execution)
  return []
}

function mendsOfWaiting({ task_id: taskId }: Execution, { limit }: Facts): Mend[] {
  const holders = (limit as { holders?: string[] } | undefined)?.holders ?? []
  const open = holders.slice(0, 1).map((executionId): Mend => ({ to: 'execution', executionId, word: 'openHolder' }))
  return limit === undefined || taskId === null
    ? open
    : [...open, { to: 'section', section: 'limits', word: 'raiseLimit' }]
}

function mendsOfSkipped({ reason }: Execution): Mend[] {
  switch (reason) {
    case 'overlap':
    case 'replaced':
      return [{ to: 'section', section: 'limits', word: 'changeOverlap' }]
    case 'misfire':
    case 'missed':
      return [{ to: 'section', section: 'misfire', word: 'changeMisfire' }]
    case 'paused':
      return [{ to: 'resume', word: 'resume' }]
    default:
      return []
  }
}

function mendsOfFailed({ failure, max_attempts: most }: Execution): Mend[] {
  if (failure === 'timeout') return [{ to: 'section', section: 'limits', word: 'raiseTimeout' }]
  return most === 1 ? [{ to: 'section', section: 'retry', word: 'addRetry' }] : []
}
