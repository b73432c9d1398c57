import type { FailureKind, Json } from '@rota/core'
import type { Run, RunOutcome } from './executor.ts'

const ENDED: RunOutcome = Object.freeze({
  status: 'success',
  failure: null,
  exitCode: null,
  signal: null,
  error: null,
  result: null,
  outputTail: '',
  cpuSeconds: null,
  maxRssBytes: null,
  droppedLogBytes: 0,
})

const ignoreCancel = () => {}

/** A run that is already over. */
export function endedRun(outcome: RunOutcome): Run {
  return { done: Promise.resolve(outcome), cancel: ignoreCancel }
}

/** Shared by every attempt that ended at once, well, and with nothing to tell: it costs no allocation. */
export const SILENT_SUCCESS: Run = Object.freeze(endedRun(ENDED))

export function succeeded(result: Json, more: Partial<RunOutcome> = {}): RunOutcome {
  return { ...ENDED, result, ...more }
}

export function failed(failure: FailureKind, error: string, more: Partial<RunOutcome> = {}): RunOutcome {
  return { ...ENDED, status: 'failed', failure, error, ...more }
}

export function cancelled(reason: string, more: Partial<RunOutcome> = {}): RunOutcome {
  return { ...ENDED, status: 'cancelled', error: reason, ...more }
}
