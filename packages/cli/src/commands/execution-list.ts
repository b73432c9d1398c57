import { type ExecutionStatus, say } from '@rota/core'
import type { ExecutionQuery, ListedExecution, PastPage } from '@rota/sdk'
import type { Context } from '../context.ts'
import { limitOf } from '../document/pairs.ts'
import { executionTable } from '../output/execution-table.ts'
import { figure } from '../output/figure.ts'
import { shortInstant } from '../output/instant.ts'
import { findTask } from '../session/find-task.ts'

interface Options {
  task?: string
  group?: string
  status?: ExecutionStatus[]
  failure?: string
  trigger?: string
  node?: string
  from?: string
  to?: string
  finishedFrom?: string
  finishedTo?: string
  late?: string
  sort?: string
  limit?: string
  all?: boolean
}

const USUAL = 20

export async function executionList(context: Context, [q]: string[], options: Options): Promise<number | undefined> {
  const client = await context.client()
  const { task, node, limit, all, late, finishedFrom: finished_from, finishedTo: finished_to, ...rest } = options
  const found = task === undefined ? undefined : await findTask(client, task)
  const more = { q, node_id: node, finished_from, finished_to, late: late && latenessOf(late) }
  const query = { ...rest, ...more, task_id: found?.id } as ExecutionQuery
  if (!all) {
    const page = await client.executions.list({ ...query, limit: limitOf(limit, USUAL) })
    return print(context, page, found !== undefined)
  }
  const rows: ListedExecution[] = []
  const { history_begins_at } = await client.executions.list({ ...query, limit: 1 })
  for await (const execution of client.executions.all({ ...query, limit: 500 })) {
    if (context.flags.json) {
      context.jsonLine(execution)
      await context.drained()
    } else rows.push(execution)
  }
  if (context.flags.json) return undefined
  return print(
    context,
    { rows, total: rows.length, page: 1, limit: rows.length, next_cursor: null, history_begins_at },
    found !== undefined,
  )
}

/** A time alone means more than it: a shell takes an unquoted `>` for itself. */
function latenessOf(late: string): string {
  return /^\d/.test(late) ? `>${late}` : late
}

export async function taskHistory(context: Context, [name]: string[], options: Options): Promise<number | undefined> {
  const client = await context.client()
  const task = await findTask(client, name!)
  const { status, from, to, limit } = options
  const query = { status, from, to, limit: limitOf(limit, USUAL) }
  return print(context, await client.tasks.executions(task.id, query), true)
}

function print(context: Context, { rows, ...page }: PastPage<ListedExecution>, oneTask: boolean): undefined {
  if (context.flags.json) context.json({ ...page, executions: rows })
  else if (rows.length === 0) context.note(say`No executions.`)
  else {
    context.out(executionTable(context, rows, oneTask))
    if (rows.length < page.total) {
      context.note(`\n${say`${figure(rows.length)} of ${figure(page.total)} executions; -n shows more.`}`)
    }
  }
  if (!context.flags.json && page.history_begins_at !== null) {
    const begin = shortInstant(page.history_begins_at, context.now, context.zone)
    context.note(say`The history begins at ${begin}; some of what was due before was removed by retention.`)
  }
}
