import { type TaskInput, tidyTask } from '@rota/core'
import type { Task } from '@rota/sdk'

/** The writable part of a task as people read and edit it, without what stands at its default. */
export async function taskDocument(task: Task): Promise<Partial<TaskInput>> {
  const { toTaskInput } = await import('@rota/protocol')
  return tidyTask(toTaskInput(task) as TaskInput)
}
