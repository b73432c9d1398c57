import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '../../api/client.ts'
import { toProblem } from '../../api/problem.ts'
import type { Schema, Task } from '../../api/types.ts'
import { changesOf, type TaskDocument, tidy, withoutForeignPayload } from '../../subjects/task/task-document.ts'

/** Saves a document. When the task was changed meanwhile, `theirs` is what it has become; nothing was written then. */
export function useSaving(taskId: string | undefined, onSaved: (task: Task) => void) {
  const queryClient = useQueryClient()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [theirs, setTheirs] = useState<Task | null>(null)

  async function save(document: TaskDocument, version: number | null): Promise<void> {
    setBusy(true)
    setError(null)
    try {
      const written = withoutForeignPayload(tidy(document))
      const saved = taskId === undefined ? await create(written) : await change(taskId, written, version)
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: ['tasks'] }),
        queryClient.invalidateQueries({ queryKey: ['task', saved.id] }),
      ])
      onSaved(saved)
    } catch (thrown) {
      if (taskId !== undefined && toProblem(thrown).status === 412) {
        setTheirs(await data(api.GET('/api/scheduler/tasks/{id}', { params: { path: { id: taskId } } })))
      } else setError(thrown)
    } finally {
      setBusy(false)
    }
  }

  return { save, isBusy, error, theirs, dismiss: () => setTheirs(null) }
}

function create(document: TaskDocument): Promise<Task> {
  return data(api.POST('/api/scheduler/tasks', { body: document as Schema<'TaskInput'> }))
}

function change(id: string, document: TaskDocument, version: number | null): Promise<Task> {
  const header = version === null ? {} : { 'If-Match': `"${version}"` }
  return data(api.PATCH('/api/scheduler/tasks/{id}', { params: { path: { id }, header }, body: changesOf(document) }))
}
