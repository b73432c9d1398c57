import type { TaskInput } from '@rota/core'
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
  'schedule',
  'schedules',
  'timezone',
]

/** The writable part of a task, in an order that reads well, without fields that say nothing. */
export async function taskDocument(task: Task): Promise<Partial<TaskInput>> {
  const { toTaskInput } = await import('@rota/protocol')
  const input = toTaskInput(task as never) as Record<string, unknown>
  const keys = [...ORDER.filter((key) => key in input), ...Object.keys(input).filter((key) => !ORDER.includes(key))]
  return Object.fromEntries(keys.filter((key) => !saysNothing(input[key])).map((key) => [key, input[key]]))
}

function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && Object.keys(value).length === 0
}

/** The fields that differ; a field that was taken out is set back to null or empty. */
export function changedFields(before: Partial<TaskInput>, after: Partial<TaskInput>): Partial<TaskInput> {
  const changes: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(after)) {
    const old = before[key as keyof TaskInput]
    if (JSON.stringify(old) !== JSON.stringify(value)) changes[key] = value
  }
  for (const [key, old] of Object.entries(before)) {
    if (!(key in after)) changes[key] = emptyLike(key, old)
  }
  return changes as Partial<TaskInput>
}

/** What "left out" means for a field: its empty value, as a server would take it. */
function emptyLike(key: string, old: unknown): unknown {
  if (key === 'schedule') return { type: 'none' }
  if (Array.isArray(old)) return []
  if (key === 'description') return ''
  if (key === 'env' || key === 'params') return {}
  return null
}
