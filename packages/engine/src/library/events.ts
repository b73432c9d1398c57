import type { EngineEvent } from '../api/events.ts'

/** Something went wrong in the program's own code, or code is missing. The scheduler goes on. */
export type SchedulerFailure =
  /** A handler, the function of a schedule, or a consumer threw. Its retry policy decides what happens next. */
  | { type: 'handler_failed'; name: string; error: unknown; executionId: string; attempt: number }
  /** A producer threw; it is asked again after `retryInMs`. */
  | { type: 'producer_failed'; name: string; error: unknown; retryInMs: number }
  /** A stored job or schedule calls a handler, function or source that this program does not define. */
  | { type: 'unknown_handler'; name: string; error: unknown; executionId: string }
  /** A schedule that was defined while the scheduler ran could not be saved. */
  | { type: 'schedule_failed'; name: string; error: unknown }
  /** A listener of events threw. */
  | { type: 'listener_failed'; name: string; error: unknown }

/** Everything a scheduler tells: what the engine does, and what went wrong in the program's own code. */
export type SchedulerEvent = EngineEvent | SchedulerFailure

/** Told of each failure with the error that was thrown. */
export type OnError = (error: unknown, failure: SchedulerFailure) => void

/** Passes events on to whoever listens. A listener that throws stops nobody. */
export interface EventHub {
  on(listener: (event: SchedulerEvent) => void): () => void
  emit(event: EngineEvent): void
  fail(failure: SchedulerFailure): void
}

export function createEventHub(onError: OnError = printFailure): EventHub {
  const listeners = new Set<(event: SchedulerEvent) => void>()

  function tell(event: SchedulerEvent) {
    for (const listener of listeners) {
      try {
        listener(event)
      } catch (error) {
        report({ type: 'listener_failed', name: event.type, error })
      }
    }
  }

  function report(failure: SchedulerFailure) {
    try {
      onError(failure.error, failure)
    } catch (error) {
      printFailure(error, failure)
    }
  }

  return {
    on(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    emit(event) {
      if (listeners.size > 0) tell(event)
    },
    fail(failure) {
      tell(failure)
      report(failure)
    },
  }
}

/** Without `onError` nothing that goes wrong stays unseen. */
function printFailure(error: unknown, { type, name }: SchedulerFailure) {
  console.error(`rota: ${type.replace('_', ' ')}: ${name}:`, error)
}
