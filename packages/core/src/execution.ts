/** Where an execution stands. The last four are final. */
export type ExecutionStatus = 'pending' | 'running' | 'success' | 'failed' | 'cancelled' | 'skipped'

/** Why an execution exists. */
export type Trigger = 'schedule' | 'manual' | 'api' | 'dependency' | 'retry' | 'backfill' | 'webhook'

/** What made an execution fail. */
export const FAILURES = [
  'exit_code',
  'timeout',
  /** Its instance or node disappeared. */
  'lost',
  'dispatch',
  /** An HTTP expectation. */
  'assertion',
  'unknown_handler',
  /** A secret that it refers to cannot be had. */
  'secret',
  'error',
  /** What it was to do is not allowed, so that it never began. */
  'policy',
] as const
export type FailureKind = (typeof FAILURES)[number]

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
