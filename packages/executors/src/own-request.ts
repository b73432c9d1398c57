import type { RunRequest } from './executor.ts'

/** A request of the server's own, which belongs to no execution. */
export function ownRequest(more: Pick<RunRequest, 'timeoutMs' | 'maxLogBytes'> & Partial<RunRequest>): RunRequest {
  return {
    executionId: '',
    attempt: 1,
    taskId: null,
    taskName: null,
    scheduledAt: 0,
    payload: {},
    params: { args: [], kwargs: {} },
    env: {},
    workingDir: null,
    killGraceMs: 0,
    ...more,
  }
}
