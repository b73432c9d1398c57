/** Where an execution stands. The last four are final. */
export type ExecutionStatus = 'pending' | 'running' | 'success' | 'failed' | 'cancelled' | 'skipped'

/** Why an execution exists. */
export type Trigger = 'schedule' | 'manual' | 'api' | 'dependency' | 'retry' | 'backfill' | 'webhook'

/**
 * What made an execution fail. `assertion`: an HTTP expectation; `lost`: its instance or node disappeared; `policy`: what it
 * was to do is not allowed, so that it never began.
 */
export type FailureKind =
  | 'exit_code'
  | 'timeout'
  | 'lost'
  | 'dispatch'
  | 'assertion'
  | 'unknown_handler'
  | 'error'
  | 'policy'

/** Why an occurrence was not run on its own. */
export type SkipReason = 'overlap' | 'misfire' | 'missed' | 'paused' | 'merged' | 'replaced'

/** Allowed transitions; everything else is refused. A retry takes `running` back to `pending`. */
export const TRANSITIONS: Readonly<Record<ExecutionStatus, readonly ExecutionStatus[]>> = {
  pending: ['running', 'skipped', 'cancelled', 'failed'],
  running: ['success', 'failed', 'cancelled', 'pending'],
  success: [],
  failed: [],
  cancelled: [],
  skipped: [],
}

export function canTransition(from: ExecutionStatus, to: ExecutionStatus): boolean {
  return TRANSITIONS[from].includes(to)
}

/** True when nothing can change the status any more. */
export function isFinal(status: ExecutionStatus): boolean {
  return TRANSITIONS[status].length === 0
}
