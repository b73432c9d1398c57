import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Json, say, type TaskInput } from '@rota/core'
import type { Context } from '../context.ts'
import { usage } from '../exit.ts'
import { integerOf, jsonOrText, looseValue, secondsOf, setPath, splitHeader, splitPair } from './pairs.ts'
import { type ScheduleFlags, schedulesFromFlags } from './schedule-flags.ts'

/** The flags of `task create` and `task edit`, as commander gives them. */
export interface TaskFlags extends ScheduleFlags {
  name?: string
  shell?: string
  python?: string
  script?: string
  interpreter?: string
  http?: string
  method?: string
  header?: string[]
  body?: string
  expect?: string
  handler?: string
  arg?: string[]
  kwarg?: string[]
  tz?: string
  description?: string
  group?: string
  tag?: string[]
  env?: string[]
  dir?: string
  runAs?: string
  detach?: boolean
  encoding?: string
  timeout?: string
  retry?: string
  retryDelay?: string
  backoff?: 'fixed' | 'exponential'
  overlap?: 'allow' | 'skip' | 'queue' | 'replace'
  key?: string
  misfire?: 'skip' | 'run_once' | 'run_all'
  grace?: string
  jitter?: string
  priority?: string
  startAt?: string
  endAt?: string
  maxRuns?: string
  set?: string[]
  disabled?: boolean
}

type Changes = Partial<TaskInput>

/** The fields that the flags speak of. Throws usage when flags do not fit together. */
export async function changesFromFlags(context: Context, flags: TaskFlags): Promise<Changes> {
  const changes: Changes = {
    ...(await payload(context, flags)),
    ...timing(flags),
    ...manner(flags),
    ...reliability(flags),
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
  if (kinds.length > 1) throw usage(say`Only one of ${kinds.map((kind) => `--${kind}`).join(', ')} can be meant.`)
  const params = paramsOf(flags)
  const [type] = kinds
  if (type !== 'http' && (flags.method ?? flags.header ?? flags.body ?? flags.expect) !== undefined) {
    throw usage(say`--method, --header, --body and --expect go with --http.`)
  }
  const changes: Changes = params ? { params } : {}
  if (flags.interpreter !== undefined) changes.interpreter = flags.interpreter
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
  return {
    ...(schedule === undefined ? {} : { schedule, schedules: more.map((each) => ({ schedule: each })) }),
    ...(flags.atStart ? { run_at_start: true } : {}),
    ...(flags.atBoot ? { run_at_boot: true } : {}),
    ...(flags.tz === undefined ? {} : { timezone: flags.tz }),
    ...(flags.startAt === undefined ? {} : { start_at: orNull(flags.startAt) }),
    ...(flags.endAt === undefined ? {} : { end_at: orNull(flags.endAt) }),
    ...(flags.maxRuns === undefined ? {} : { max_runs: integerOf('--max-runs', flags.maxRuns, 1) }),
    ...(flags.jitter === undefined ? {} : { jitter_seconds: secondsOf('--jitter', flags.jitter) }),
  }
}

function manner(flags: TaskFlags): Changes {
  const env = envOf(flags.env)
  return {
    ...(flags.description === undefined ? {} : { description: flags.description }),
    ...(flags.group === undefined ? {} : { group: orNull(flags.group) }),
    ...(flags.tag === undefined ? {} : { tags: flags.tag }),
    ...(env === undefined ? {} : { env }),
    ...(flags.dir === undefined ? {} : { working_dir: orNull(flags.dir) }),
    ...(flags.runAs === undefined ? {} : { run_as: orNull(flags.runAs) }),
    ...(flags.detach === undefined ? {} : { detach: flags.detach }),
    ...(flags.encoding === undefined ? {} : { encoding: orNull(flags.encoding) }),
    ...(flags.priority === undefined ? {} : { priority: integerOf('--priority', flags.priority) }),
  }
}

function reliability(flags: TaskFlags): Changes {
  const { overlap, key, misfire, grace, retry, retryDelay, backoff } = flags
  if (retry === undefined && (retryDelay ?? backoff) !== undefined)
    throw usage(say`--retry-delay and --backoff go with --retry.`)
  return {
    ...(flags.timeout === undefined ? {} : { timeout_seconds: timeoutOf(flags.timeout) }),
    ...(overlap || key ? { concurrency: { ...(overlap && { overlap }), ...(key && { key, key_max: 1 }) } } : {}),
    ...(misfire || grace
      ? {
          misfire: {
            ...(misfire && { policy: misfire }),
            ...(grace && { grace_seconds: secondsOf('--grace', grace) }),
          },
        }
      : {}),
    ...(retry === undefined
      ? {}
      : {
          retry: {
            max_attempts: integerOf('--retry', retry, 0) + 1,
            ...(retryDelay && { delay_seconds: secondsOf('--retry-delay', retryDelay) }),
            ...(backoff && { backoff }),
          },
        }),
  }
}

/** `none` takes a limit away. */
function timeoutOf(text: string): number | null {
  return text === 'none' ? null : secondsOf('--timeout', text)
}

/** An empty text takes the value away. */
function orNull(text: string): string | null {
  return text === '' ? null : text
}
