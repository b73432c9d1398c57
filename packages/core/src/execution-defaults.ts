import type { EffectiveExecution, RetryPolicy, TaskDefinition } from './task.ts'
import { DEFAULT_RETRY } from './task-document.ts'

/** What a server sets for tasks and jobs that say nothing themselves. Null or absent: nothing is set. */
export interface ExecutionSettings {
  /** 0: no limit. */
  timeout_seconds?: number | null
  /** What it leaves out is as usual; it is not laid over another policy. */
  retry?: Partial<RetryPolicy> | null
  max_concurrent?: number | null
}

/** Settings for all tasks and jobs, and those that go before them for one type. */
export interface ExecutionDefaultSettings extends ExecutionSettings {
  types?: Readonly<Record<string, ExecutionSettings>>
}

/** What tasks and jobs of a type take where they say nothing. */
export type ExecutionDefaults = (type: string) => EffectiveExecution

/** What is usual for a type where the server sets nothing: who waits for another machine does not wait for ever. */
const USUAL_TIMEOUT_SECONDS: Readonly<Record<string, number>> = { http: 60 }

/** Most types that are kept ready; anybody may name one that does not exist. */
const TYPES_KEPT = 1_000

export function createExecutionDefaults(settings: ExecutionDefaultSettings = {}): ExecutionDefaults {
  const known = new Map<string, EffectiveExecution>()

  function compute(type: string): EffectiveExecution {
    const own = settings.types !== undefined && Object.hasOwn(settings.types, type) ? settings.types[type]! : {}
    const usual = Object.hasOwn(USUAL_TIMEOUT_SECONDS, type) ? USUAL_TIMEOUT_SECONDS[type]! : 0
    return Object.freeze({
      timeout_seconds: (own.timeout_seconds ?? settings.timeout_seconds ?? usual) || null,
      retry: { ...DEFAULT_RETRY, ...(own.retry ?? settings.retry) },
      max_concurrent: own.max_concurrent ?? settings.max_concurrent ?? 1,
    })
  }

  return (type) => {
    const found = known.get(type)
    if (found !== undefined) return found
    const computed = compute(type)
    if (known.size < TYPES_KEPT) known.set(type, computed)
    return computed
  }
}

/** What holds for a task: its own fields before the defaults. */
export function effectiveExecution(
  task: Pick<TaskDefinition, 'type' | 'timeout_seconds' | 'retry' | 'concurrency'>,
  defaults: ExecutionDefaults,
): EffectiveExecution {
  const inherited = defaults(task.type)
  return {
    timeout_seconds: task.timeout_seconds ?? inherited.timeout_seconds,
    retry: task.retry ?? inherited.retry,
    max_concurrent: task.concurrency.max ?? inherited.max_concurrent,
  }
}
