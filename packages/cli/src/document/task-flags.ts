import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Json, say, type TaskInput } from '@rota/core'
import type { Context } from '../context.ts'
import { usage } from '../exit.ts'
import { fieldsFromFlags, type GivenFlags } from './field-flags.ts'
import { integerOf, jsonOrText, looseValue, setPath, splitHeader, splitPair } from './pairs.ts'
import { type ScheduleFlags, schedulesFromFlags } from './schedule-flags.ts'

/** The flags of `task create` and `task edit`, as commander gives them; those of single fields are in the table. */
export type TaskFlags = GivenFlags &
  ScheduleFlags & {
    name?: string
    shell?: string
    python?: string
    script?: string
    http?: string
    method?: string
    header?: string[]
    body?: string
    expect?: string
    handler?: string
    arg?: string[]
    kwarg?: string[]
    retry?: string
    key?: string
    set?: string[]
    disabled?: boolean
  }

type Changes = Partial<TaskInput>

/** The fields that the flags speak of. Throws usage when flags do not fit together. */
export async function changesFromFlags(context: Context, flags: TaskFlags): Promise<Changes> {
  const { retry, concurrency, ...fields } = fieldsFromFlags(flags) as Changes
  const changes: Changes = {
    ...fields,
    ...(await payload(context, flags)),
    ...timing(flags),
    ...retrying(flags, retry),
    ...limiting(flags, concurrency),
  }
  if (flags.name !== undefined) changes.name = flags.name
  if (flags.disabled) changes.enabled = false
  for (const text of flags.set ?? []) {
    const [path, value] = splitPair('--set', text)
    setPath(changes as Record<string, Json>, '--set', path, looseValue(value))
  }
  return changes
}

async function payload(context: Context, flags: TaskFlags): Promise<Changes> {
  const kinds = (['shell', 'python', 'script', 'http', 'handler'] as const).filter((kind) => flags[kind] !== undefined)
  if (kinds.length > 1) throw usage(say`Give only one of ${kinds.map((kind) => `--${kind}`).join(', ')}.`)
  const params = paramsOf(flags)
  const [type] = kinds
  if (type !== 'http' && (flags.method ?? flags.header ?? flags.body ?? flags.expect) !== undefined) {
    throw usage(say`--method, --header, --body and --expect go with --http.`)
  }
  const changes: Changes = params ? { params } : {}
  if (type === undefined) return changes
  if (type === 'shell') return { ...changes, type, command: flags.shell! }
  if (type === 'handler') return { ...changes, type, handler: flags.handler! }
  if (type === 'http') return { ...changes, type, http: httpOf(flags) }
  const file = flags[type]!
  const source = file === '-' ? await context.readStdin() : await readFile(resolve(context.cwd, file), 'utf8')
  return { ...changes, type, source }
}

function httpOf(flags: TaskFlags): NonNullable<TaskInput['http']> {
  const method = flags.method?.toUpperCase() ?? (flags.body === undefined ? 'GET' : 'POST')
  const expect = flags.expect?.split(',').map((each) => each.trim())
  return {
    method,
    url: flags.http!,
    ...(flags.header ? { headers: Object.fromEntries(flags.header.map(splitHeader)) } : {}),
    ...(flags.body === undefined ? {} : { body: flags.body }),
    ...(expect ? { expect_status: expect.length === 1 ? expect[0]! : expect } : {}),
  }
}

/** Arguments of `--arg` and `--kwarg`; undefined when neither is given. */
export function paramsOf({
  arg,
  kwarg,
}: Pick<TaskFlags, 'arg' | 'kwarg'>): NonNullable<TaskInput['params']> | undefined {
  if (!arg && !kwarg) return undefined
  const pairs = (kwarg ?? []).map((text) => splitPair('--kwarg', text))
  return {
    ...(arg ? { args: arg.map(jsonOrText) } : {}),
    ...(kwarg ? { kwargs: Object.fromEntries(pairs.map(([name, value]) => [name, jsonOrText(value)])) } : {}),
  }
}

/** Variables of `--env`; undefined when none is given. */
export function envOf(env: string[] | undefined): Record<string, string> | undefined {
  return env && Object.fromEntries(env.map((text) => splitPair('--env', text)))
}

function timing(flags: TaskFlags): Changes {
  const [schedule, ...more] = schedulesFromFlags(flags)
  return schedule === undefined ? {} : { schedule, schedules: more.map((each) => ({ schedule: each })) }
}

/** `--retry` counts attempts after the first. */
function retrying({ retry: times }: TaskFlags, given: Changes['retry']): Changes {
  if (times === undefined) {
    if (given !== undefined) throw usage(say`--retry-delay and --backoff go with --retry.`)
    return {}
  }
  return { retry: { max_attempts: integerOf('--retry', times, 0) + 1, ...given } }
}

/** `--key` is a mutex. */
function limiting({ key }: TaskFlags, given: Changes['concurrency']): Changes {
  const concurrency = { ...given, ...(key && { key, key_max: 1 }) }
  return Object.keys(concurrency).length === 0 ? {} : { concurrency }
}
