import { encodingOf, nearEncoding } from './encodings.ts'
import type { FieldError } from './errors.ts'
import { say } from './language/say.ts'
import { runsProgram } from './program-text.ts'
import { suggest } from './suggest.ts'
import type { TaskInput } from './task.ts'

/** Limits of a task document. They bound what one row may weigh, not what a person may want. */
export const TASK_LIMITS = {
  nameLength: 200,
  descriptionLength: 10_000,
  groupLength: 200,
  tags: 50,
  tagLength: 100,
  originLength: 5_000,
  envVariables: 200,
  envBytes: 128 * 1024,
  schedules: 50,
  longestSeconds: 366 * 86_400,
  attempts: 1000,
  priority: 1_000_000,
  concurrent: 1_000_000,
  smallestLogBytes: 4096,
  largestLogBytes: 1024 ** 3,
} as const

const OVERLAPS = ['allow', 'skip', 'queue', 'replace']
const MISFIRES = ['skip', 'run_once', 'run_all']
const BACKOFFS = ['fixed', 'exponential']
const CAUSES = ['exit_code', 'timeout', 'lost', 'assertion', 'error', 'dispatch']
const GAPS = ['run_after', 'skip', 'shift']
const REPEATS = ['first', 'second', 'both']
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
/** Variables that Rota sets for the child. */
const RESERVED_ENV = /^ROTA_/
const PRINTABLE = /^[^\u0000-\u001f\u007f]*$/

/** Finds what is wrong with a task document apart from its schedules and payload, and adds it to `errors`. */
export function checkTask(input: TaskInput, errors: FieldError[]): void {
  const add = (path: string, message: string, suggestion?: string) =>
    errors.push(suggestion === undefined ? { path, message } : { path, message, suggestion })

  checkText(input, '', add)
  checkNames(input, add)
  checkHashKey(input, add)
  checkEnv(input.env ?? {}, add)
  checkNumbers(input, add)
  checkChoices(input, add)
  checkWindow(input, add)
  checkOutput(input, add)
  if (input.target && input.target.kind !== 'local') {
    add(
      'target.kind',
      say`is ${JSON.stringify(input.target.kind)}, but this server runs tasks only on itself. Use "local".`,
      'local',
    )
  }
  if ((input.schedules?.length ?? 0) > TASK_LIMITS.schedules) {
    add('schedules', say`has more than ${TASK_LIMITS.schedules} entries. Split the task.`)
  }
}

type Add = (path: string, message: string, suggestion?: string) => void

/** NUL and unpaired surrogates can neither be stored as text everywhere nor be passed to a process. */
function checkText(value: unknown, path: string, add: Add): void {
  if (typeof value === 'string') {
    if (value.includes('\u0000')) add(path, say`contains a NUL character. Remove it.`)
    else if (!value.isWellFormed()) add(path, say`contains half of a surrogate pair. Send valid Unicode text.`)
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    const at = path === '' ? key : Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`
    if (key.includes('\u0000') || !key.isWellFormed()) add(path, say`has a field name that is not valid text.`)
    checkText(inner, at, add)
  }
}

function checkNames(input: TaskInput, add: Add) {
  if (typeof input.name !== 'string' || input.name.trim() === '') add('name', say`is empty. Give the task a name.`)
  else if (input.name.length > TASK_LIMITS.nameLength)
    add('name', say`is longer than ${TASK_LIMITS.nameLength} characters.`)
  else if (!PRINTABLE.test(input.name)) add('name', say`contains control characters. Remove them.`)
  else if (input.name !== input.name.trim()) add('name', say`begins or ends with a space.`, input.name.trim())
  if (typeof input.type !== 'string' || input.type === '')
    add('type', say`is missing. Say what kind of work it is, e.g. "shell".`)
  if ((input.description ?? '').length > TASK_LIMITS.descriptionLength) {
    add('description', say`is longer than ${TASK_LIMITS.descriptionLength} characters.`)
  }
  const group = input.group ?? null
  if (group !== null && (group.trim() === '' || group.length > TASK_LIMITS.groupLength || !PRINTABLE.test(group))) {
    add('group', say`must be 1 to ${TASK_LIMITS.groupLength} printable characters; "/" separates levels.`)
  }
  if ((input.origin ?? '').length > TASK_LIMITS.originLength) {
    add('origin', say`is longer than ${TASK_LIMITS.originLength} characters.`)
  }
  const tags = input.tags ?? []
  if (tags.length > TASK_LIMITS.tags) add('tags', say`has more than ${TASK_LIMITS.tags} entries.`)
  for (const [i, tag] of tags.entries()) {
    if (tag.trim() === '' || tag.length > TASK_LIMITS.tagLength) {
      add(`tags[${i}]`, say`must be 1 to ${TASK_LIMITS.tagLength} characters.`)
    }
  }
}

/** `hash_key` stands where a name would. */
function checkHashKey({ hash_key }: TaskInput, add: Add) {
  const key = hash_key ?? null
  if (key !== null && (key.trim() === '' || key.length > TASK_LIMITS.nameLength || !PRINTABLE.test(key)))
    add('hash_key', say`must be 1 to ${TASK_LIMITS.nameLength} printable characters.`)
}

/** Finds what no process can be given, or Rota gives itself. */
export function checkEnv(env: Record<string, string>, add: Add): void {
  let bytes = 0
  for (const [name, value] of Object.entries(env)) {
    bytes += name.length + value.length + 2
    if (!ENV_NAME.test(name))
      add(`env.${name}`, say`is not a variable name: letters, digits and _ only, no digit first.`)
    else if (RESERVED_ENV.test(name))
      add(`env.${name}`, say`is set by Rota itself. Choose a name that does not begin with ROTA_.`)
  }
  if (Object.keys(env).length > TASK_LIMITS.envVariables)
    add('env', say`has more than ${TASK_LIMITS.envVariables} variables.`)
  if (bytes > TASK_LIMITS.envBytes) add('env', say`is larger than ${TASK_LIMITS.envBytes} bytes in all.`)
}

interface Range {
  path: string
  value: number | null | undefined
  least: number
  most: number
  whole?: boolean
}

function checkNumbers(input: TaskInput, add: Add) {
  const seconds = TASK_LIMITS.longestSeconds
  const { retry, misfire, concurrency } = input
  const ranges: Range[] = [
    { path: 'timeout_seconds', value: input.timeout_seconds, least: 0.001, most: seconds },
    { path: 'kill_grace_seconds', value: input.kill_grace_seconds, least: 0, most: 3600 },
    { path: 'jitter_seconds', value: input.jitter_seconds, least: 0, most: 86_400 },
    { path: 'max_runs', value: input.max_runs, least: 1, most: 1e9, whole: true },
    { path: 'priority', value: input.priority, least: -TASK_LIMITS.priority, most: TASK_LIMITS.priority, whole: true },
    {
      path: 'max_log_bytes',
      value: input.max_log_bytes,
      least: TASK_LIMITS.smallestLogBytes,
      most: TASK_LIMITS.largestLogBytes,
      whole: true,
    },
    { path: 'retry.max_attempts', value: retry?.max_attempts, least: 1, most: TASK_LIMITS.attempts, whole: true },
    { path: 'retry.delay_seconds', value: retry?.delay_seconds, least: 0, most: seconds },
    { path: 'retry.max_delay_seconds', value: retry?.max_delay_seconds, least: 0, most: seconds },
    { path: 'retry.jitter', value: retry?.jitter, least: 0, most: 1 },
    { path: 'misfire.grace_seconds', value: misfire?.grace_seconds, least: 0, most: seconds },
    { path: 'misfire.max', value: misfire?.max, least: 1, most: 10_000, whole: true },
    { path: 'misfire.spread_seconds', value: misfire?.spread_seconds, least: 0, most: 86_400 },
    { path: 'concurrency.max', value: concurrency?.max, least: 1, most: TASK_LIMITS.concurrent, whole: true },
    { path: 'concurrency.key_max', value: concurrency?.key_max, least: 1, most: TASK_LIMITS.concurrent, whole: true },
    { path: 'retention.days', value: input.retention?.days, least: 0, most: 36_500 },
    { path: 'retention.count', value: input.retention?.count, least: 0, most: 1e9, whole: true },
  ]
  for (const { path, value, least, most, whole } of ranges) {
    if (value === undefined || value === null) continue
    if (typeof value !== 'number' || !Number.isFinite(value)) add(path, say`must be a number.`)
    else if (whole && !Number.isInteger(value)) add(path, say`must be a whole number.`)
    else if (value < least || value > most) {
      const range = least === 0.001 ? say`more than 0 and at most ${most}` : say`between ${least} and ${most}`
      add(path, say`is ${value}; it must be ${range}.`)
    }
  }
}

function checkChoices(input: TaskInput, add: Add) {
  const choose = (path: string, value: string | undefined, choices: string[]) => {
    if (value === undefined || choices.includes(value)) return
    add(
      path,
      say`is ${JSON.stringify(value)}; it must be one of ${choices.join(', ')}.`,
      suggest(String(value), choices) ?? undefined,
    )
  }
  choose('concurrency.overlap', input.concurrency?.overlap, OVERLAPS)
  choose('misfire.policy', input.misfire?.policy, MISFIRES)
  choose('retry.backoff', input.retry?.backoff, BACKOFFS)
  choose('dst.gap', input.dst?.gap, GAPS)
  choose('dst.overlap', input.dst?.overlap, REPEATS)
  for (const [i, cause] of (input.retry?.on ?? []).entries()) choose(`retry.on[${i}]`, cause, CAUSES)
  const key = input.concurrency?.key
  if (
    typeof key === 'string' &&
    (key.trim() === '' || key.length > TASK_LIMITS.nameLength || key.startsWith('task:'))
  ) {
    add('concurrency.key', say`must be 1 to ${TASK_LIMITS.nameLength} characters and must not begin with "task:".`)
  }
}

/** Types that Rota brings along and that start no program; of plug-in types nothing is known. */
const CALLS = ['http', 'handler']

function checkOutput({ type, detach, encoding }: TaskInput, add: Add) {
  if (detach !== undefined && typeof detach !== 'boolean') add('detach', say`must be true or false.`)
  else if (detach && !runsProgram(type) && CALLS.includes(type)) {
    add('detach', say`is only for tasks that start a program; tasks of type ${type} leave nothing running.`)
  }
  if (encoding === undefined || encoding === null) return
  if (typeof encoding === 'string' && encodingOf(encoding) !== null) {
    if (type === 'handler') add('encoding', say`is only for tasks that start a program or call a URL.`)
    return
  }
  const near = nearEncoding(String(encoding))
  const hint =
    near === undefined ? say`Known are utf-8, gbk, big5, shift_jis, latin1 and others.` : say`Did you mean ${near}?`
  add('encoding', say`${JSON.stringify(encoding)} is not an encoding known here. ${hint}`, near)
}

function checkWindow(input: TaskInput, add: Add) {
  const instants = { start_at: Number.NaN, end_at: Number.NaN }
  for (const field of ['start_at', 'end_at'] as const) {
    const text = input[field]
    if (text === null || text === undefined) continue
    instants[field] = Date.parse(text)
    if (Number.isNaN(instants[field])) add(field, say`is not an ISO 8601 instant such as 2026-12-31T23:00:00Z.`)
  }
  if (instants.end_at <= instants.start_at) add('end_at', say`lies before start_at: the task would never run.`)
}
