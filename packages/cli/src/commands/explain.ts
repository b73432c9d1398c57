import { say } from '@rota/core'
import { ApiError, type Client, type Execution, type Task } from '@rota/sdk'
import type { Context } from '../context.ts'
import { accountText, tellingIn } from '../explain/account.ts'
import { explainExecution } from '../explain/explain-execution.ts'
import { explainTask } from '../explain/explain-task.ts'
import type { Subject } from '../explain/subject.ts'
import { taskName } from '../output/execution-table.ts'
import { state } from '../output/paint.ts'
import { shortId } from '../output/short-id.ts'
import { oneLine } from '../output/width.ts'
import { findExecutionOrLatest, findTask, notRunYet } from '../session/find-task.ts'

/** What stands in the way is named up to here. */
const MOST_HOLDERS = 3
/** The next occurrence is planned ahead and stands before the latest that was due. */
const LOOKED_AT = 20

export async function executionExplain(context: Context, [wanted]: string[]): Promise<number | undefined> {
  const client = await context.client()
  const id = await findExecutionOrLatest(client, wanted!, async (_, task) => {
    const latest = await latestDue(client, task, context.now)
    if (latest === undefined) throw notRunYet(task)
    return latest.id
  })
  if (context.flags.json) context.json(await client.executions.explain(id))
  else context.out(await explained(context, client, id))
  return undefined
}

export async function taskExplain(context: Context, [wanted]: string[]): Promise<number | undefined> {
  const client = await context.client()
  const task = await findTask(client, wanted!)
  const latest = await latestDue(client, task, context.now)
  if (context.flags.json) {
    const { id, name, status, next_run } = task
    const execution = latest && { id: latest.id, ...(await client.executions.explain(latest.id)) }
    context.json({ task: { id, name, status, next_run }, latest_execution: execution ?? null })
    return
  }
  const at = tellingIn(task.timezone ?? context.zone, context.now)
  context.out(`${context.paint('bold', oneLine(task.name))}  ${state(context.paint, task.status)}`)
  context.out(accountText(context, explainTask(task, at)))
  if (latest === undefined) context.out(`\n${say`It has not run yet.`}`)
  else context.out(`\n${await explained(context, client, latest.id)}`)
}

/** The latest execution that was due, whatever became of it. */
async function latestDue(client: Client, { id }: Task, now: number) {
  const { rows } = await client.tasks.executions(id, { limit: LOOKED_AT })
  return rows.find(({ status, scheduled_at }) => status !== 'pending' || Date.parse(scheduled_at) <= now)
}

async function explained(context: Context, client: Client, id: string): Promise<string> {
  const [execution, { facts }] = await Promise.all([client.executions.get(id), client.executions.explain(id)])
  const task = execution.task_id === null ? null : await ifThere(client.tasks.get(execution.task_id))
  const subject: Subject = {
    execution,
    facts,
    task,
    holders: await holderNames(client, facts),
    now: context.now,
    at: tellingIn(task?.timezone ?? context.zone, context.now),
  }
  const { paint } = context
  const title = `${paint('bold', taskName(execution))}  ${state(paint, execution.status)}  ${paint('gray', shortId(id))}`
  return `${title}\n${accountText(context, explainExecution(subject))}`
}

/** What holds the limit that an execution waits for: `backup (5d81a3c0)`. */
async function holderNames(client: Client, facts: Subject['facts']): Promise<string[]> {
  const holders = (facts.limit as { holders?: string[] } | undefined)?.holders ?? []
  const named = await Promise.all(
    holders.slice(0, MOST_HOLDERS).map(async (id) => {
      const found: Execution | null = await ifThere(client.executions.get(id))
      return found === null ? shortId(id) : `${taskName(found)} (${shortId(id)})`
    }),
  )
  return holders.length > MOST_HOLDERS ? [...named, '…'] : named
}

/** Null for what has gone meanwhile, or may not be seen. */
async function ifThere<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call
  } catch (error) {
    if (ApiError.is(error) && (error.status === 404 || error.status === 403)) return null
    throw error
  }
}
