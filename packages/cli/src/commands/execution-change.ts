import { label } from '@rota/core'
import type { Context } from '../context.ts'
import { exitCode } from '../exit.ts'
import { followToEnd } from '../follow-to-end.ts'
import { reportError } from '../report-error.ts'
import { findExecutionId } from '../session/find-task.ts'

export async function executionCancel(context: Context, wanted: string[]): Promise<number | undefined> {
  const client = await context.client()
  const results = []
  let failure = 0
  for (const each of wanted) {
    try {
      const execution = await client.executions.cancel(await findExecutionId(client, each))
      results.push(execution)
      const done = label(execution.status === 'running' ? 'is being cancelled' : execution.status)
      if (!context.flags.json) context.say(`${context.paint('green', '✔')} ${execution.id} ${done}`)
    } catch (error) {
      if (wanted.length === 1 || context.signal.aborted) throw error
      failure = reportError(error, context)
    }
  }
  if (context.flags.json) context.json(wanted.length === 1 ? results[0] : results)
  return failure !== 0 && results.length > 0 ? exitCode('partial') : failure
}

export async function executionRerun(
  context: Context,
  [wanted]: string[],
  { follow, wait }: { follow?: boolean; wait?: boolean },
): Promise<number | undefined> {
  const client = await context.client()
  const reply = await client.executions.rerun(await findExecutionId(client, wanted!))
  if (follow || wait) return followToEnd(context, reply.execution_id, { log: follow === true })
  if (context.flags.json) context.json(reply)
  else if (context.flags.quiet) context.out(reply.execution_id)
  else context.out(`${context.paint('green', '✔')} ${label('has started')}${label(': ')}${reply.execution_id}`)
  return undefined
}
