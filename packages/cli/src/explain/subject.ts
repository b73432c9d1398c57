import { type Json, say } from '@rota/core'
import type { Execution, Task } from '@rota/sdk'
import { figure } from '../output/figure.ts'
import { shellWord } from '../session/find-task.ts'
import type { Telling } from './account.ts'

/** An execution that is explained, with what else has to be known of it. */
export interface Subject {
  execution: Execution
  /** What the server's own explanation rests on. */
  facts: Readonly<Record<string, Json>>
  /** Null for a job, and where the task has gone. */
  task: Task | null
  /** What holds the limit that it waits for, by name. */
  holders: readonly string[]
  now: number
  at: Telling
}

/** `rota task edit backup --timeout 2h`; undefined where there is no task to change. */
export function taskCommand(task: Task | null, verb: string, ...flags: string[]): string | undefined {
  return task === null ? undefined : ['rota', 'task', verb, shellWord(task.name), ...flags].join(' ')
}

/** That one execution stands for several due instants. */
export function standsFor({ execution: { covers }, at }: Subject): string {
  if (covers === null || covers.count < 2) return ''
  return say`It stands for ${figure(covers.count)} due instants, from ${at(covers.from)} to ${at(covers.to)}.`
}
