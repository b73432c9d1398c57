import { say } from '@rota/core'
import { ApiError, type Client, type Task } from '@rota/sdk'
import { CliError, usage } from '../exit.ts'
import { figure } from '../output/figure.ts'
import { oneNamed } from './one-named.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** Names listed when a short form fits several. */
const MOST_LISTED = 12

/**
 * The task a person means by an id, a name, or the beginning of a name that fits only one. Throws CliError `notFound`,
 * or `usage` with the candidates when several fit. `deleted` looks among deleted tasks instead.
 */
export async function findTask(client: Client, wanted: string, { deleted = false } = {}): Promise<Task> {
  if (UUID.test(wanted)) return client.tasks.get(wanted)
  const status = deleted ? 'deleted' : undefined
  const { rows, total } = await client.tasks.list({ q: wanted, limit: 1_000, status })
  const exact = oneNamed(rows, wanted, ({ name }) => name)
  if (exact) return exact
  const lower = wanted.toLowerCase()
  const sameLetters = rows.filter(({ name }) => name.toLowerCase() === lower)
  const beginning =
    sameLetters.length > 0 ? sameLetters : rows.filter((each) => each.name.toLowerCase().startsWith(lower))
  if (beginning.length === 1 && total <= rows.length) return beginning[0]!
  if (beginning.length > 1 || total > rows.length)
    throw ambiguous(
      wanted,
      beginning.map(({ name }) => name),
    )
  const lines = rows.length > 0 ? [say`Names that contain it: ${listed(rows.map(({ name }) => name))}`] : []
  throw new CliError(
    'notFound',
    deleted
      ? say`There is no deleted task ${JSON.stringify(wanted)}.`
      : say`There is no task ${JSON.stringify(wanted)}.`,
    lines,
  )
}

/** Several at once, in the order given. */
export async function findTasks(client: Client, wanted: readonly string[], options?: { deleted?: boolean }) {
  const tasks: Task[] = []
  for (const each of wanted) tasks.push(await findTask(client, each, options))
  return tasks
}

/** How many executions are looked through for a shortened id. */
const LATEST = 2_000

/** The execution a person means by its id, or by at least 6 characters of its beginning or end. */
export async function findExecutionId(client: Client, wanted: string): Promise<string> {
  if (UUID.test(wanted)) return wanted.toLowerCase()
  const part = wanted.toLowerCase()
  if (!/^[0-9a-f-]{6,}$/.test(part)) {
    throw usage(say`${JSON.stringify(wanted)} is not an execution's id.`, [say`\`rota execution list\` shows them.`])
  }
  const found: string[] = []
  let seen = 0
  for await (const { id } of client.executions.all({ limit: 500 })) {
    if (id.startsWith(part) || id.endsWith(part)) found.push(id)
    if (++seen >= LATEST) break
  }
  if (found.length === 1) return found[0]!
  if (found.length > 1) throw ambiguous(wanted, found)
  throw new CliError('notFound', say`There is no execution ${wanted} among the latest ${figure(seen)}.`, [])
}

/** An execution by its id, or the latest of a task: for `logs` the latest that has started. */
export async function findExecutionOrLatest(
  client: Client,
  wanted: string,
  latestOf: (client: Client, task: Task) => Promise<string> = latestStarted,
): Promise<string> {
  if (UUID.test(wanted)) {
    try {
      return (await client.executions.get(wanted)).id
    } catch (error) {
      if (!ApiError.is(error) || error.status !== 404) throw error
    }
  }
  try {
    return await latestOf(client, await findTask(client, wanted))
  } catch (error) {
    const isMissing = error instanceof CliError && error.exit === 'notFound'
    if (!isMissing || !/^[0-9a-f-]{6,}$/i.test(wanted)) throw error
    return findExecutionId(client, wanted)
  }
}

/** What is only planned has no output yet. */
const HAVE_STARTED = ['running', 'success', 'failed', 'cancelled'] as const

async function latestStarted(client: Client, task: Task): Promise<string> {
  const [latest] = (await client.tasks.executions(task.id, { limit: 1, status: HAVE_STARTED })).rows
  if (latest) return latest.id
  throw notRunYet(task)
}

/** Not found, because the task has no execution yet. */
export function notRunYet({ name }: Task): CliError {
  return new CliError('notFound', say`${name} has not run yet.`, [say`Run it now: rota task run ${shellWord(name)}`])
}

/** A name as it can be typed in a shell. */
export function shellWord(name: string): string {
  return /^[\w@%+=:,./-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`
}

function ambiguous(wanted: string, names: readonly string[]): CliError {
  return usage(say`${JSON.stringify(wanted)} fits several: name one of them.`, [listed(names)])
}

function listed(names: readonly string[]): string {
  const more = names.length > MOST_LISTED ? say` and ${figure(names.length - MOST_LISTED)} more` : ''
  return names.slice(0, MOST_LISTED).map(shellWord).join(', ') + more
}
