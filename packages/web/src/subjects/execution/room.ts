import { api, data } from '../../api/client.ts'
import { inTurns } from '../../api/in-turns.ts'
import { toProblem } from '../../api/problem.ts'
import type { BulkExecution } from './bulk-actions.ts'

/** What of some ended executions runs again when all are asked for together, and how many do not, by the reason. */
export interface Foreseen {
  hit: readonly BulkExecution[]
  /** Their tasks let no more run at once, and skip what comes beyond. */
  limited: number
  /** Their tasks are deleted. */
  gone: number
}

const NOT_FOUND = 404

/** Of each task the first of `executions` run, as many as it has room for. */
export async function foresee(executions: readonly BulkExecution[], signal: AbortSignal): Promise<Foreseen> {
  const byTask = Map.groupBy(executions, ({ task_id }) => task_id)
  const kept = new Set(byTask.get(null))
  byTask.delete(null)
  let [limited, gone] = [0, 0]
  await inTurns(byTask, signal, async ([taskId, ofTask]) => {
    const room = await roomOf(taskId!, signal)
    if (room === null) gone += ofTask.length
    else limited += Math.max(0, ofTask.length - room)
    for (const execution of ofTask.slice(0, room ?? 0)) kept.add(execution)
  })
  return { hit: executions.filter((execution) => kept.has(execution)), limited, gone }
}

/** How many runs of a task that are asked for now are not skipped; null for a task that is no more. */
async function roomOf(id: string, signal: AbortSignal): Promise<number | null> {
  try {
    const task = await data(api.GET('/api/scheduler/tasks/{id}', { params: { path: { id } }, signal }))
    if (task.deleted_at !== null) return null
    if ((task.concurrency?.overlap ?? 'skip') !== 'skip') return Number.POSITIVE_INFINITY
    const query = { task_id: id, status: 'pending,running', to: new Date().toISOString(), limit: 1 }
    const live = await data(api.GET('/api/scheduler/executions', { params: { query }, signal }))
    return Math.max(0, task.effective.max_concurrent - live.total)
  } catch (error) {
    if (toProblem(error).status === NOT_FOUND) return null
    throw error
  }
}
