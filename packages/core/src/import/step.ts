import type { TaskInput } from '../task.ts'
import { distinctName } from './distinct-name.ts'
import { identityIn } from './identity.ts'
import type { ImportedTask } from './imported-task.ts'
import type { EarlierTask, Finding } from './match.ts'

/** What an import is to do, to all of its tasks and to what is there. */
export interface ImportWishes {
  /** Put before every name. */
  prefix?: string | undefined
  /** Undefined leaves it to each job; so does `enabled`, which makes no job run that the file has not running. */
  group?: string | null | undefined
  enabled?: boolean | undefined
  /** False runs all tasks as the server's own user. */
  keepsUser: boolean
  /** Of jobs that have changed since an earlier import, and where a task has the name already. */
  existing: 'skip' | 'replace' | 'rename' | 'fail'
  /** Of tasks whose jobs have gone from the file. */
  gone: 'keep' | 'disable' | 'delete'
  /** Numbers of the lines to import; undefined for all. */
  lines?: readonly number[] | undefined
}

/** A task that is there. */
export interface StandingTask extends EarlierTask, Pick<TaskInput, 'group' | 'enabled'> {
  id: string
}

/**
 * What an import does with a job. `create`: makes its task. `rename`: the same, under the first of `otherNames` that is
 * free. `update`: changes the task that is there. `leave`: it is as in the file, or `changed`, or `exists` by name only.
 * `refuse`: it exists, and was not to.
 */
export type ImportStep =
  | { kind: 'create' | 'rename' | 'refuse' }
  | { kind: 'update'; changes: Partial<TaskInput> }
  | { kind: 'leave'; result: 'unchanged' | 'changed' | 'exists' }

interface JobBeside<Standing> {
  task: ImportedTask
  finding: Finding
  /** The task that an earlier import has made of the job. */
  earlier: Standing | null
  /** That one, else the task that has its name. */
  there: Standing | null
}

/** What becomes of a job: it depends on the task that is there, on how the two differ, and on what the caller wants. */
export function stepFor<Standing extends StandingTask>(job: JobBeside<Standing>, wishes: ImportWishes): ImportStep {
  const { task, finding, earlier, there } = job
  const { existing } = wishes
  if (there === null) return { kind: 'create' }
  const isWanted = finding !== 'unchanged' || (existing === 'replace' && isMoved(there, wishes))
  if (!isWanted) return { kind: 'leave', result: 'unchanged' }
  if (existing === 'replace') return { kind: 'update', changes: earlier === null ? task : changesTo(task, wishes) }
  if (earlier !== null) return { kind: 'leave', result: 'changed' }
  if (existing === 'skip') return { kind: 'leave', result: 'exists' }
  return { kind: existing === 'rename' ? 'rename' : 'refuse' }
}

/** Whether something is asked for of a task that is otherwise. */
function isMoved(there: StandingTask, { group, enabled }: ImportWishes): boolean {
  return (group !== undefined && group !== there.group) || (enabled !== undefined && enabled !== there.enabled)
}

/** What people have decided since about a task that was imported stays, unless it is asked for. */
function changesTo(task: ImportedTask, { group, enabled }: ImportWishes): Partial<TaskInput> {
  const { name: _name, tags: _tags, group: _group, enabled: _enabled, ...rest } = task
  return { ...rest, ...(group !== undefined && { group }), ...(enabled !== undefined && { enabled }) }
}

/** The names that are tried for a task whose own is taken. */
export function otherNames(name: string): string[] {
  const mostNumbers = 50
  return Array.from({ length: mostNumbers - 1 }, (_, at) => `${name} ${at + 2}`)
}

/**
 * A new job whose name turns out to be that of `there`: beside a task of another file's it gets another name, beside
 * somebody's own the step that is asked for.
 */
export function whenTaken<Standing extends StandingTask>(
  task: ImportedTask,
  there: Standing,
  { source, taken, wishes }: { source: string; taken: Map<string, string | null>; wishes: ImportWishes },
): { task: ImportedTask; step: ImportStep } {
  const from = identityIn(there.origin)
  if (from === null) return { task, step: stepFor({ task, finding: 'added', earlier: null, there }, wishes) }
  taken.set(task.name, from.source)
  const name = distinctName(task.name, source, taken)
  taken.set(name, source)
  return { task: { ...task, name }, step: { kind: 'create' } }
}
