import type { Json } from '../json.ts'
import type { TaskDefinition } from '../task.ts'

/** What of a task policies judge. */
export type PolicySubject = Pick<
  TaskDefinition,
  'type' | 'payload' | 'params' | 'env' | 'working_dir' | 'run_as' | 'timeout_seconds' | 'limits'
> & {
  /** Null where the task says nothing. */
  max_attempts: number | null
  max_concurrent: number | null
}

export function subjectOf(task: TaskDefinition): PolicySubject {
  const { type, payload, params, env, working_dir, run_as, timeout_seconds, limits, retry, concurrency } = task
  return {
    ...{ type, payload, params, env, working_dir, run_as, timeout_seconds, limits },
    max_attempts: retry?.max_attempts ?? null,
    max_concurrent: concurrency.max,
  }
}

/**
 * The text by which a list of commands knows a task: its command, its source, or the name of its handler. Null for what
 * runs none, undefined for types of plug-ins, of which nothing is known.
 */
export function commandOf(type: string, payload: Readonly<Record<string, Json>>): string | null | undefined {
  switch (type) {
    case 'shell':
      return textOf(payload.command)
    case 'python':
    case 'script':
      return textOf(payload.source)
    case 'handler':
      return textOf(payload.handler)
    case 'http':
      return null
    default:
      return undefined
  }
}

/** Where such a text stands in a document. */
export function commandPath(type: string): string {
  if (type === 'shell') return 'command'
  return type === 'handler' ? 'handler' : type === 'python' || type === 'script' ? 'source' : 'payload'
}

const textOf = (value: Json | undefined) => (typeof value === 'string' ? value : '')
