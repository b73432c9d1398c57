import type { Task } from '../../api/types.ts'
import type { Plan } from '../../schedule-builder/use-previews.ts'
import { entriesOf, type TaskDocument } from '../../subjects/task/task-document.ts'

/** What of a document decides when it runs. */
export function planOf(document: TaskDocument, task: Task | undefined): Plan {
  const { timezone, dst, start_at, end_at, jitter_seconds, name, hash_key } = document
  const entries = entriesOf(document)
  return {
    entries: entries.length > 0 ? entries : [{ schedule: { type: 'none' }, timezone: null }],
    timezone,
    dst,
    start_at,
    end_at,
    jitter_seconds,
    createdAt: task?.created_at,
    taskId: task?.id,
    hashKey: hash_key || name || undefined,
  }
}
