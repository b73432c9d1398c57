import type { Execution } from '../../api/types.ts'
import type { Outcome } from './outcomes.ts'

/** Lateness from which it is shown as such. Milliseconds. */
export const LATE_FROM_MS = 1_000

/** How an execution is shown: a skipped occurrence that nobody decided to skip was missed. */
export function outcomeOf({ status, reason }: Pick<Execution, 'status' | 'reason'>): Outcome {
  return status === 'skipped' && reason === 'missed' ? 'missed' : status
}

export function isOver({ status }: Pick<Execution, 'status'>): boolean {
  return status !== 'pending' && status !== 'running'
}
