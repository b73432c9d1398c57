import { label } from '@rota/core'
import type { Context } from '../context.ts'
import { oneLine } from '../output/width.ts'
import { findTask } from '../session/find-task.ts'

export async function taskClone(
  context: Context,
  [wanted, name]: string[],
  { enabled = false }: { enabled?: boolean },
): Promise<number | undefined> {
  const client = await context.client()
  const task = await findTask(client, wanted!)
  const copy = await client.tasks.clone(task.id, { enabled, ...(name === undefined ? {} : { name }) })
  if (context.flags.json) context.json(copy)
  else
    context.say(
      `${context.paint('green', '✔')} ${oneLine(copy.name)} ${label('made')}${label(', ')}${label(copy.status)}  ${context.paint('gray', copy.id)}`,
    )
  return undefined
}
