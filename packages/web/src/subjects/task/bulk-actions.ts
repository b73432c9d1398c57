import { api, data } from '../../api/client.ts'
import { toProblem } from '../../api/problem.ts'
import type { Permission, Task } from '../../api/types.ts'
import type { BulkOutcome } from '../../ui/list/bulk-outcome.ts'

/** What an action and its way back need to know of a task. */
export type BulkTask = Pick<Task, 'id' | 'name' | 'status'> & { group: string | null }

export function toBulkTask({ id, name, status, group = null }: Task): BulkTask {
  return { id, name, status, group }
}

export const BULK_ACTIONS = ['run', 'enable', 'disable', 'pause', 'resume', 'move', 'delete', 'restore'] as const
export type BulkAction = (typeof BULK_ACTIONS)[number]

export const BULK_PERMISSION: Readonly<Record<BulkAction, Permission>> = {
  run: 'execute',
  enable: 'edit',
  disable: 'edit',
  pause: 'execute',
  resume: 'execute',
  move: 'edit',
  delete: 'delete',
  restore: 'edit',
}

/** Whether an action would change anything of a task. */
export function isHit(action: BulkAction, task: BulkTask, group: string | null): boolean {
  const { status } = task
  if (action === 'restore') return status === 'deleted'
  if (status === 'deleted') return false
  switch (action) {
    case 'enable':
      return status === 'disabled'
    case 'disable':
      return status !== 'disabled'
    case 'pause':
      return status !== 'paused' && status !== 'disabled'
    case 'resume':
      return status === 'paused'
    case 'move':
      return task.group !== group
    default:
      return true
  }
}

export type BulkResult = BulkOutcome<BulkTask>

interface BulkRun {
  action: BulkAction
  tasks: readonly BulkTask[]
  /** Where `move` puts them; null takes them out of any group. */
  group: string | null
  onProgress: (done: number) => void
  /** Stops between two requests. */
  signal: AbortSignal
}

/** Of one request: some tenths of a second, so that one sees how far it is and can stop. */
const BATCH = 500

/** Applies an action to tasks that it hits. What is refused is told task by task; the others are done all the same. */
export async function runBulk({ action, tasks, group, onProgress, signal }: BulkRun): Promise<BulkResult> {
  const done: BulkTask[] = []
  const failed: { target: BulkTask; reason: string }[] = []
  for (let at = 0; at < tasks.length && !signal.aborted; at += BATCH) {
    const part = tasks.slice(at, at + BATCH)
    const reasons = await runPart(action, part, group)
    for (const [index, task] of part.entries()) {
      const reason = reasons[index] ?? null
      if (reason === null) done.push(task)
      else failed.push({ target: task, reason })
    }
    onProgress(done.length + failed.length)
  }
  return { done, failed }
}

/** Why each was refused, in their order; null for those that were not. */
async function runPart(
  action: BulkAction,
  part: readonly BulkTask[],
  group: string | null,
): Promise<(string | null)[]> {
  try {
    const body = { action, ids: part.map(({ id }) => id), ...(action === 'move' && { group }) }
    const { results } = await data(api.POST('/api/scheduler/tasks/bulk', { body }))
    const byId = new Map(results.map((result) => [result.id, result.ok ? null : (result.error ?? '')]))
    return part.map(({ id }) => byId.get(id) ?? null)
  } catch (error) {
    return part.map(() => toProblem(error).message)
  }
}

interface Step {
  action: BulkAction
  group: string | null
  tasks: BulkTask[]
}

const BACK = {
  enable: { action: 'disable', status: 'active' },
  disable: { action: 'enable', status: 'disabled' },
  pause: { action: 'resume', status: 'paused' },
  resume: { action: 'pause', status: 'active' },
  delete: { action: 'restore', status: 'deleted' },
  restore: { action: 'delete', status: 'active' },
} as const

/** The steps that take an action back; null for what cannot be. Moving goes back group by group. */
export function undoOf(action: BulkAction, done: readonly BulkTask[]): Step[] | null {
  if (action === 'run') return null
  if (action === 'move') {
    return [...Map.groupBy(done, ({ group }) => group)].map(([group, tasks]) => ({ action, group, tasks }))
  }
  const back = BACK[action]
  // As they are now, so that the way back hits them.
  return [{ action: back.action, group: null, tasks: done.map((task) => ({ ...task, status: back.status })) }]
}
