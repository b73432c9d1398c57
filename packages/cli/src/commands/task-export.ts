import type { Context } from '../context.ts'
import { taskDocument } from '../document/task-document.ts'
import { findTasks } from '../session/find-task.ts'

export async function taskExport(
  context: Context,
  names: string[],
  { group, tag }: { group?: string; tag?: string },
): Promise<number | undefined> {
  const client = await context.client()
  const tasks =
    names.length > 0
      ? await findTasks(client, names)
      : await Array.fromAsync(client.tasks.all({ group, tag, sort: 'name' }))
  const documents = await Promise.all(tasks.map(taskDocument))
  if (context.flags.json) {
    context.json({ tasks: documents })
    return
  }
  const { stringify } = await import('yaml')
  context.out(stringify({ tasks: documents }, { lineWidth: 0 }).trimEnd())
  return undefined
}
