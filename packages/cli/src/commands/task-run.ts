import { label, say } from '@rota/core'
import type { RunInput } from '@rota/sdk'
import type { Context } from '../context.ts'
import { integerOf } from '../document/pairs.ts'
import { envOf, paramsOf } from '../document/task-flags.ts'
import { followToEnd } from '../follow-to-end.ts'
import { figure } from '../output/figure.ts'
import { paragraph } from '../output/paragraph.ts'
import { limitText, queueText } from '../output/reason.ts'
import { shortId } from '../output/short-id.ts'
import { oneLine } from '../output/width.ts'
import { findTask } from '../session/find-task.ts'

interface Options {
  follow?: boolean
  wait?: boolean
  arg?: string[]
  kwarg?: string[]
  env?: string[]
  priority?: string
  idempotencyKey?: string
}

export async function taskRun(context: Context, [name]: string[], options: Options): Promise<number | undefined> {
  const client = await context.client()
  const task = await findTask(client, name!)
  const params = paramsOf(options)
  const env = envOf(options.env)
  const input: RunInput = {
    ...(params && { params }),
    ...(env && { env }),
    ...(options.priority === undefined ? {} : { priority: integerOf('--priority', options.priority) }),
  }
  const { idempotencyKey } = options
  const reply = await client.tasks.run(task.id, input, { idempotencyKey })
  if (options.follow || options.wait) return followToEnd(context, reply.execution_id, { log: options.follow === true })
  if (context.flags.json) context.json(reply)
  else if (context.flags.quiet) context.out(reply.execution_id)
  else {
    const word = reply.phase === 'queued' ? label('queued') : label('has started')
    context.out(`${context.paint('green', '✔')} ${oneLine(task.name)} ${word}${label(': ')}${reply.execution_id}`)
    const { waits_for: waits, replaces } = reply
    if (waits) {
      const limit = limitText(waits.limit)
      const held = waits.holders.map(shortId).join(', ')
      const waiting = held
        ? say`It waits for ${limit} (${figure(waits.max)} at once), held by ${held}.`
        : say`It waits for ${limit} (${figure(waits.max)} at once).`
      context.note(`  ${paragraph([waiting, queueText(waits.ahead)], context.lang)}`)
    }
    if (replaces.length > 0) context.note(`  ${say`It replaces ${replaces.map(shortId).join(', ')}.`}`)
    context.note(context.paint('gray', `  rota logs -f ${shortId(reply.execution_id)}`))
  }
  return undefined
}
