import { label, say } from '@rota/core'
import type { Execution } from '@rota/sdk'
import type { Context } from './context.ts'
import { exitCode } from './exit.ts'
import { duration } from './output/duration.ts'
import { why } from './output/execution-table.ts'
import { logPrinter } from './output/log-line.ts'
import { state } from './output/paint.ts'
import { startUnfinishedRow } from './output/unfinished-row.ts'

/**
 * Waits for an execution's end, showing its log meanwhile where wanted, and answers the exit code that mirrors it: 0 for
 * success, the command's own exit code where it has one, else the code for `failed`.
 */
export async function followToEnd(context: Context, id: string, { log }: { log: boolean }): Promise<number> {
  const client = await context.client()
  const onReconnect = (attempt: number) => {
    if (attempt === 1) context.note(`rota: ${say`the connection broke; connecting again …`}`)
  }
  const row = startUnfinishedRow(context)
  const print = logPrinter(context)
  const onUnfinished = log ? row.set : undefined
  try {
    for await (const line of client.executions.follow(id, { signal: context.signal, onReconnect, onUnfinished })) {
      if (log) await row.above(() => print(line))
    }
    row.end()
  } catch (error) {
    row.end()
    if (context.signal.aborted)
      context.note(`\nrota: ${say`it goes on without you; \`rota execution cancel ${id}\` stops it.`}`)
    throw error
  }
  const execution = await client.executions.get(id)
  if (context.flags.json) context.jsonLine(execution)
  else context.note(endLine(context, execution))
  return mirrored(execution)
}

function endLine({ paint }: Context, execution: Execution): string {
  const reason = why(execution)
  const time = execution.duration === null ? '' : ` ${say`after ${duration(execution.duration)}`}`
  const attempts = execution.attempt > 1 ? `${label(', ')}${say`attempt ${execution.attempt}`}` : ''
  return `${state(paint, execution.status)}${time}${reason ? `${label(': ')}${reason}` : ''}${attempts}`
}

function mirrored({ status, exit_code }: Execution): number {
  if (status === 'success') return 0
  return exit_code !== null && exit_code > 0 && exit_code < 256 ? exit_code : exitCode('failed')
}
