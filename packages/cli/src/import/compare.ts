import { importMark, originPrefix, type StandingTask } from '@rota/core'
import type { Client, Task } from '@rota/sdk'
import { type PlannedFile, sourceOf } from './plan.ts'

const PAGE = 1_000

/** What earlier imports have made of a file, also those from before tasks had an origin. */
export async function earlierTasks(client: Client, { identity, path }: PlannedFile): Promise<StandingTask[]> {
  const ours = await all(client, { origin: originPrefix('crontab', identity) })
  const mark = importMark(sourceOf(path))
  const before = await all(client, { q: mark.slice(0, 200) })
  return [...ours, ...before.filter(({ origin, description }) => !origin && description?.includes(mark))].map(standing)
}

/** A task with its rule instead of the text for it. */
export function standing(task: Task): StandingTask {
  return { ...task, schedule: task.schedule_rule ?? 'none' }
}

async function all(client: Client, filter: { origin: string } | { q: string }): Promise<Task[]> {
  const found: Task[] = []
  for (let page = 1; ; page++) {
    const { rows: tasks, total } = await client.tasks.list({ ...filter, page, limit: PAGE })
    found.push(...tasks)
    if (tasks.length === 0 || found.length >= (total ?? 0)) return found
  }
}
