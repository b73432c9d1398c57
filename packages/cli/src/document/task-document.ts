import { DEFAULT_RETRY, readTask, type TaskInput, taskInputOf } from '@rota/core'
import type { Task } from '@rota/sdk'

/** Order of fields in what people read and edit; others follow. */
const ORDER = [
  'name',
  'description',
  'group',
  'tags',
  'type',
  'command',
  'source',
  'interpreter',
  'handler',
  'http',
  'payload',
  'params',
  'env',
  'working_dir',
  'run_as',
  'detach',
  'encoding',
  'schedule',
  'schedules',
  'timezone',
  'hash_key',
]

/** Fields that are always shown, whatever the default is. */
const ALWAYS = new Set(['name', 'type', 'timezone', 'schedule'])
/** What to run: which of these there are depends on the type, so none of them has a default. */
const PAYLOAD = new Set(['command', 'source', 'interpreter', 'handler', 'http', 'payload'])

type Fields = Record<string, unknown>

/** Every field at its default. */
function defaults(): Fields {
  return taskInputOf(readTask({ name: 'x', type: 'x' }, { defaultTimezone: 'UTC' })) as unknown as Fields
}

/** The writable part of a task in an order that reads well, without what stands at its default. */
export async function taskDocument(task: Task): Promise<Partial<TaskInput>> {
  const { toTaskInput } = await import('@rota/protocol')
  const input = toTaskInput(task) as Fields
  const usual = defaults()
  const keys = [...ORDER.filter((key) => key in input), ...Object.keys(input).filter((key) => !ORDER.includes(key))]
  // A policy of its own says how many attempts, also where that is one: without one the task takes the server's.
  const base: Fields = { ...usual, retry: input.retry ? { ...DEFAULT_RETRY, max_attempts: null } : null }
  const kept = keys.map((key) => [key, ALWAYS.has(key) ? input[key] : unusual(input[key], base[key])] as const)
  return Object.fromEntries(kept.filter(([, value]) => !saysNothing(value)))
}

/** Of an object the members that differ from the default, of anything else all or nothing. */
function unusual(value: unknown, usual: unknown): unknown {
  if (isSame(value, usual)) return undefined
  if (!isObject(value) || !isObject(usual)) return value
  return Object.fromEntries(Object.entries(value).filter(([key, inner]) => !isSame(inner, usual[key])))
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return isObject(value) && Object.values(value).every(saysNothing)
}

/** The fields that differ; a field that was taken out goes back to its default. */
export function changedFields(before: Partial<TaskInput>, after: Partial<TaskInput>): Partial<TaskInput> {
  const changes: Fields = {}
  for (const [key, value] of Object.entries(after)) {
    if (!isSame((before as Fields)[key], value)) changes[key] = value
  }
  const usual = defaults()
  for (const key of Object.keys(before)) {
    if (!(key in after) && !PAYLOAD.has(key)) changes[key] = usual[key] ?? null
  }
  return changes as Partial<TaskInput>
}
