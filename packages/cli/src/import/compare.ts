import { matchJobs, originPrefix } from '@rota/core'
import type { Client, Task } from '@rota/sdk'
import type { PlannedFile } from './plan.ts'

const PAGE = 1_000

/** Finds on the server what earlier imports have made of the files, and notes it on their lines. */
export async function compare(client: Client, files: readonly PlannedFile[]): Promise<void> {
  for (const file of files) {
    const lines = file.lines.filter(({ task }) => task !== null)
    if (lines.length === 0) continue
    const earlier = await earlierTasks(client, file)
    const { jobs, gone } = matchJobs(
      lines.map(({ task }) => task!),
      earlier.map((task) => ({ ...task, schedule: task.schedule_rule ?? 'none' })),
    )
    const byId = new Map(earlier.map((task) => [task.id, task]))
    for (const [index, line] of lines.entries()) {
      const { finding, earlier: task } = jobs[index]!
      line.finding = finding
      line.earlier = task === null ? null : byId.get(task.id)!
      line.id = line.earlier?.id ?? null
      // A task keeps the name that it has got.
      if (line.earlier !== null) line.task = { ...line.task!, name: line.earlier.name }
    }
    file.gone = gone.map(({ id }) => byId.get(id)!)
  }
}

/** Those of the file, also from before tasks had an origin. */
async function earlierTasks(client: Client, { identity, path }: PlannedFile): Promise<Task[]> {
  const ours = await all(client, { origin: originPrefix(identity) })
  const told = `Imported from ${path === 'stdin' ? 'crontab' : path}.`
  const before = await all(client, { q: told.slice(0, 200) })
  return [...ours, ...before.filter(({ origin, description }) => !origin && description?.includes(told))]
}

async function all(client: Client, filter: { origin: string } | { q: string }): Promise<Task[]> {
  const found: Task[] = []
  for (let page = 1; ; page++) {
    const { rows: tasks, total } = await client.tasks.list({ ...filter, page, limit: PAGE })
    found.push(...tasks)
    if (tasks.length === 0 || found.length >= (total ?? 0)) return found
  }
}
