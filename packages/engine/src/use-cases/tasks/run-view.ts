import { type ExecutionView, RotaError, say } from '@rota/core'
import type { RunView } from '../../api/tasks.ts'
import { shownLimit } from '../../planning/limits.ts'
import type { RunProspect } from '../../ports/executions.ts'

/** A run as it reads the moment it was asked for, with what becomes of it. */
export function runView(created: ExecutionView, { waits, replaces }: RunProspect): RunView {
  if (waits === null) return { ...created, waits_for: null, replaces }
  const limit = waits.limit.startsWith('task:') ? 'task_limit' : shownLimit(waits.limit)
  return { ...created, phase: 'queued', reason: limit, waits_for: { ...waits, limit }, replaces }
}

/** Why a run was not taken: nobody would see it being skipped. */
export function wouldBeSkipped({ waits }: RunProspect): RotaError {
  const holders = waits?.holders.join(', ') ?? ''
  return new RotaError(
    'conflict',
    say`The task runs already (${holders}) and its overlap policy is "skip", so that this run would be skipped. Wait until it has ended, stop it, or set concurrency.overlap to "queue".`,
  )
}
