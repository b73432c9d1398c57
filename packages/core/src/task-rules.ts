import { type FieldError, RotaError } from './errors.ts'
import { say } from './language/say.ts'
import { selectorOf } from './nodes/target-of.ts'
import { parseSelector } from './placement/selector.ts'
import { runsProgram } from './program-text.ts'
import type { TaskInput } from './task.ts'
import { type Add, addTo, checkField } from './task-fields/check.ts'
import { members } from './task-fields/field.ts'
import { TASK_FIELDS, TASK_SET_BY_SERVER } from './task-fields/table.ts'
import type { TargetInput } from './task-fields/target-field.ts'

/** Largest environment, all names and values together. */
export const MOST_ENV_BYTES = 128 * 1024

const DOCUMENT = members(TASK_FIELDS)

/**
 * Finds what is wrong with a task document apart from its schedules and payload, and adds it to `errors`: first what
 * the table of fields says, then what no row can say.
 */
export function checkTask(input: TaskInput, errors: FieldError[]): void {
  const add = addTo(errors)
  if (!isText(input)) checkText(input, '', add)
  checkField(input, DOCUMENT, '', (path, message, suggestion) => {
    const isSetByServer = (TASK_SET_BY_SERVER as readonly string[]).includes(path)
    if (isSetByServer) add(path, say`is set by the server; leave it out.`)
    else add(path, message, suggestion)
  })
  if (input.env) checkEnvSize(input.env, add)
  checkOutput(input, add)
  // What has another form altogether was told above.
  const hasOtherForm = errors.some(({ path }) => path.startsWith('target'))
  if (isObject(input.target) && !hasOtherForm) checkTarget(input.target, add)
  checkWindow(input, add)
}

/** Whether all texts in it, and the names of its fields, are texts that can be kept. */
function isText(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\u0000') && value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(isText)
  for (const key of Object.keys(value)) {
    if (!isText(key) || !isText((value as Record<string, unknown>)[key])) return false
  }
  return true
}

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

/** Finds what no process can be given, or Rota gives itself. */
export function checkEnv(env: Record<string, string>, add: Add): void {
  checkField(env, TASK_FIELDS.env, 'env', add)
  checkEnvSize(env, add)
}

function checkEnvSize(env: Record<string, string>, add: Add): void {
  let bytes = 0
  for (const [name, value] of Object.entries(env)) bytes += name.length + String(value).length + 2
  if (bytes > MOST_ENV_BYTES) add('env', say`is larger than ${MOST_ENV_BYTES} bytes in all.`)
}

/** Types that Rota brings along and that start no program; of plug-in types nothing is known. */
const CALLS = ['http', 'handler']

function checkOutput({ type, detach, encoding }: TaskInput, add: Add) {
  if (detach === true && !runsProgram(type) && CALLS.includes(type)) {
    add('detach', say`is only for tasks that start a program; tasks of type ${type} leave nothing running.`)
  }
  if (typeof encoding === 'string' && type === 'handler')
    add('encoding', say`is only for tasks that start a program or call a URL.`)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What can be said only of tasks that run on nodes, and what does not go together. */
function checkTarget(target: TargetInput, add: Add) {
  if (target.kind !== 'node') {
    for (const name of Object.keys(target)) {
      if (name !== 'kind') add(`target.${name}`, say`is only for tasks that run on nodes: "kind": "node".`)
    }
    return
  }
  checkSelector(target, add)
  if (target.strategy === 'pinned' && target.node_id === undefined) {
    add('target.node_id', say`is required where the strategy is pinned.`)
  }
  if (target.broadcast !== undefined && target.shards !== undefined) {
    add('target.shards', say`does not go together with broadcast; leave one of them out.`)
  }
  if (target.broadcast !== undefined && target.node_id !== undefined) {
    add('target.broadcast', say`does not go together with node_id: it runs on every node that fits.`)
  }
}

/** Labels that are given one by one are read as the selector that they make: a name or value may not say more than itself. */
function checkSelector({ selector }: TargetInput, add: Add) {
  const text = selectorOf(selector)
  if (text === null) return
  try {
    const { length } = parseSelector(text, 'target.selector')
    if (typeof selector === 'object' && length !== Object.keys(selector).length) {
      add('target.selector', say`has a label with a comma in it, which would be read as two.`)
    }
  } catch (error) {
    if (!RotaError.is(error)) throw error
    for (const { path, message } of error.errors) add(path, message)
  }
}

function checkWindow({ start_at, end_at }: TaskInput, add: Add) {
  if (!start_at || !end_at) return
  if (Date.parse(end_at) <= Date.parse(start_at)) add('end_at', say`lies before start_at: the task would never run.`)
}
