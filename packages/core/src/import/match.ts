import type { TaskInput } from '../task.ts'
import { identityIn, keyOf } from './identity.ts'
import type { ImportedTask } from './imported-task.ts'

/** A task that an earlier import may have made. */
export type EarlierTask = Pick<TaskInput, 'name' | 'origin' | 'run_as' | 'command' | 'source' | 'schedule'>

/** What an import finds a job to be, beside what earlier ones have made. */
export type Finding = 'added' | 'unchanged' | 'changed'

export interface Match<Earlier> {
  finding: Finding
  /** The task that was made of the job before; null when it is new. */
  earlier: Earlier | null
}

export interface Matches<Earlier> {
  /** One per job, in order. */
  jobs: Match<Earlier>[]
  /** Tasks of whose jobs the file holds nothing any more. */
  gone: Earlier[]
}

/**
 * Finds, for each job of a file, the task that an earlier import of the file made of it. First those that are the same
 * in every respect; of what is left, those with the same command in order: their time or surroundings have changed.
 * Where lines stand does not matter. `earlier` are the tasks of that file, those from before tasks had an origin
 * included.
 */
export function matchJobs<Earlier extends EarlierTask>(
  jobs: readonly ImportedTask[],
  earlier: readonly Earlier[],
): Matches<Earlier> {
  const left = new Set(earlier)
  const found: (Match<Earlier> | null)[] = jobs.map(() => null)
  const pass = (keyOfJob: (job: ImportedTask) => string, keyOfTask: (task: Earlier) => string, finding: Finding) => {
    const queues = new Map<string, Earlier[]>()
    for (const task of left) {
      const queue = queues.get(keyOfTask(task))
      if (queue === undefined) queues.set(keyOfTask(task), [task])
      else queue.push(task)
    }
    for (const [index, job] of jobs.entries()) {
      if (found[index] !== null) continue
      const task = queues.get(keyOfJob(job))?.shift()
      if (task === undefined) continue
      left.delete(task)
      found[index] = { finding, earlier: task }
    }
  }
  pass(exact, exact, 'unchanged')
  pass(doing, doingBefore, 'unchanged')
  pass(sameKey, sameKey, 'changed')
  return { jobs: found.map((match) => match ?? { finding: 'added', earlier: null }), gone: [...left] }
}

/** Key and content; tasks without an origin have none that could be equal. */
function exact(task: EarlierTask): string {
  const identity = identityIn(task.origin)
  return identity === null ? `no origin ${task.name}` : `${identity.key}.${identity.content}`
}

/** What it does, and when. */
function doing({ command, source, schedule }: Pick<TaskInput, 'command' | 'source' | 'schedule'>): string {
  return JSON.stringify([command ?? source, schedule])
}

/** The same of tasks from before there were origins only. */
function doingBefore(task: EarlierTask): string {
  return identityIn(task.origin) === null ? doing(task) : `has an origin ${task.name}`
}

function sameKey(task: EarlierTask): string {
  return identityIn(task.origin)?.key ?? keyOf(null, task)
}
