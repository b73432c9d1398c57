import { api, data } from '../../api/client.ts'
import type { Task, TaskQuery } from '../../api/types.ts'
import type { Chosen } from '../../ui/list/bulk-outcome.ts'
import { type ReadingChosen, readChosenRows } from '../../ui/list/read-chosen.ts'

interface Reading<Kept> extends Omit<ReadingChosen<Task, Kept>, 'readPage'> {
  signal?: AbortSignal
}

/** Reads the chosen tasks, page by page. */
export function readChosen<Kept>(chosen: Chosen<TaskQuery>, { signal, ...reading }: Reading<Kept>): Promise<Kept[]> {
  return readChosenRows(chosen, {
    ...reading,
    async readPage(page) {
      const query = { ...chosen.query, ...page }
      const list = await data(api.GET('/api/scheduler/tasks', { params: { query }, ...(signal && { signal }) }))
      return { rows: list.tasks, next: list.next_cursor }
    },
  })
}
