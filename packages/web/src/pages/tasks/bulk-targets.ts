import { api, data } from '../../api/client.ts'
import type { Task, TaskQuery } from '../../api/types.ts'

const PAGE = 1_000

/** What is chosen: some tasks, or all that a filter matches, less some. */
export interface Chosen {
  isAll: boolean
  /** With `isAll` those that are left out, otherwise those that are meant. */
  ids: readonly string[]
  query: TaskQuery
}

interface Reading<Kept> {
  /** What is kept of a task: a hundred thousand whole ones would fill the memory. */
  keep: (task: Task) => Kept
  /** Told how many are known so far. */
  onCount?: (count: number) => void
  signal?: AbortSignal
}

/** Reads the chosen tasks, page by page. */
export async function readChosen<Kept>(chosen: Chosen, { keep, onCount, signal }: Reading<Kept>): Promise<Kept[]> {
  const wanted = new Set(chosen.ids)
  const found: Kept[] = []
  let cursor: string | undefined
  do {
    const query = { ...chosen.query, limit: PAGE, ...(cursor !== undefined && { cursor }) }
    const page = await data(api.GET('/api/scheduler/tasks', { params: { query }, ...(signal && { signal }) }))
    found.push(...page.tasks.filter(({ id }) => wanted.has(id) !== chosen.isAll).map(keep))
    onCount?.(found.length)
    cursor = page.next_cursor ?? undefined
    if (!chosen.isAll && found.length === wanted.size) break
  } while (cursor !== undefined)
  return found
}
