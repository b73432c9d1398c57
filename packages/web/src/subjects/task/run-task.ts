import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'

/** Runs a task once, now, as it is or with other parameters; tells the execution and whether it queues. */
export function runTask(id: string, body: Schema<'RunInput'> = {}) {
  return data(api.POST('/api/scheduler/tasks/{id}/run', { params: { path: { id } }, body }))
}
