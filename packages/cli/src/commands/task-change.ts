import { label, say } from '@rota/core'
import { ApiError, type Client, type Task } from '@rota/sdk'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { integerOf } from '../document/pairs.ts'
import { CliError, exitCode, usage } from '../exit.ts'
import { figure } from '../output/figure.ts'
import { shortInstant } from '../output/instant.ts'
import { oneLine } from '../output/width.ts'
import { reportError } from '../report-error.ts'
import { findTasks, shellWord } from '../session/find-task.ts'
import type { Handler } from '../spec.ts'

interface Options {
  group?: string
  tag?: string
  backlog?: 'skip' | 'last' | 'all'
  yes?: boolean
  name?: string
  ifVersion?: string
}

type Change = (client: Client, task: Task, options: Options) => Promise<unknown>

const CHANGES: Record<string, { past: string; apply: Change; deleted?: boolean }> = {
  enable: { past: 'enabled', apply: (client, { id }) => client.tasks.enable(id) },
  disable: { past: 'disabled', apply: (client, { id }) => client.tasks.disable(id) },
  pause: { past: 'paused', apply: (client, { id }) => client.tasks.pause(id) },
  resume: { past: 'resumed', apply: (client, { id }, { backlog }) => client.tasks.resume(id, { backlog }) },
  stop: { past: 'stopped', apply: (client, { id }) => client.tasks.stop(id) },
  restore: {
    past: 'restored',
    apply: restored,
    deleted: true,
  },
  delete: {
    past: 'deleted',
    apply: async (client, { id, version }, { ifVersion }) => {
      await client.tasks.remove(id, {
        version: ifVersion === undefined ? undefined : integerOf('--if-version', ifVersion),
      })
      return { id, version, deleted: true }
    },
  },
}

/** Where another task has the name, the command is told that brings it back under a free one. */
async function restored(client: Client, { id, name: old }: Task, { name }: Options): Promise<Task> {
  try {
    return await client.tasks.restore(id, name === undefined ? {} : { name })
  } catch (error) {
    const free = ApiError.is(error) ? error.errors.find(({ path }) => path === 'name')?.suggestion : undefined
    if (free === undefined) throw error
    const { detail, errors } = error as ApiError
    throw new CliError('conflict', detail, [`rota task restore ${shellWord(old)} --name ${shellWord(free)}`], errors)
  }
}

/** The handler of `task enable`, `disable`, `pause`, `resume`, `stop`, `delete` and `restore`. */
export function taskChange(name: string): Handler {
  return async (context: Context, args: string[], options: Options) => {
    const change = CHANGES[name]!
    const client = await context.client()
    const tasks = await chosen(client, args, options, change.deleted)
    if (options.name !== undefined && tasks.length > 1) throw usage(say`One name cannot be given to several tasks.`)
    if (name === 'delete' && !options.yes) await confirmDelete(context, tasks)
    const results: unknown[] = []
    let failure = 0
    for (const task of tasks) {
      try {
        const result = await change.apply(client, task, options)
        results.push(result)
        if (!context.flags.json) context.say(lineOf(context, task, change.past, result))
      } catch (error) {
        if (tasks.length === 1 || context.signal.aborted) throw error
        context.err(`${oneLine(task.name)}:`)
        failure = reportError(error, context)
      }
    }
    if (context.flags.json) context.json(args.length === 1 && tasks.length === 1 ? results[0] : results)
    return failure !== 0 && results.length > 0 ? exitCode('partial') : failure
  }
}

async function chosen(client: Client, args: string[], { group, tag }: Options, deleted = false): Promise<Task[]> {
  if (args.length > 0) {
    if (group !== undefined || tag !== undefined) throw usage(say`Name tasks, or a --group or --tag, not both.`)
    return findTasks(client, args, { deleted })
  }
  if (group === undefined && tag === undefined) throw usage(say`Which task? Name one, or use --group or --tag.`)
  const status = deleted ? 'deleted' : undefined
  const tasks = await Array.fromAsync(client.tasks.all({ group, tag, status }))
  if (tasks.length > 0) return tasks
  throw new CliError('notFound', group === undefined ? say`No task has that tag.` : say`No task is in group ${group}.`)
}

async function confirmDelete(context: Context, tasks: readonly Task[]): Promise<void> {
  const names = tasks.slice(0, 5).map(({ name }) => oneLine(name))
  const more = tasks.length > names.length ? say` and ${figure(tasks.length - names.length)} more` : ''
  await confirm(context, say`Delete ${names.join(', ') + more}?`)
}

/** What of a reply the line about it tells. */
interface Changed {
  name?: string
  next_run?: string | null
  cancelled?: string[]
}

function lineOf({ paint, now, zone }: Context, task: Task, past: string, result: unknown): string {
  const { next_run, cancelled, name: newName = task.name } = (result ?? {}) as Changed
  const name = oneLine(newName)
  if (cancelled) {
    const count =
      cancelled.length === 1 ? say`1 execution cancelled` : say`${figure(cancelled.length)} executions cancelled`
    return cancelled.length === 0
      ? `${name}${label(': ')}${say`nothing was running or waiting`}`
      : `${paint('green', '✔')} ${name}${label(': ')}${count}`
  }
  const next = next_run ? `${label(', ')}${say`next run ${shortInstant(next_run, now, zone)}`}` : ''
  const hint = past === 'deleted' ? paint('gray', `  ${say`(rota task restore brings it back)`}`) : ''
  return `${paint('green', '✔')} ${name} ${label(past)}${next}${hint}`
}
