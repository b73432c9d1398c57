import {
  ALWAYS_SHOWN,
  MEMBER_DEFAULTS,
  PAYLOAD_FIELDS,
  SET_BY_SERVER,
  TASK_DEFAULTS,
  TASK_FIELDS,
  TASK_POLICIES,
  TASK_SHAPES,
} from '../../api/task-fields.generated.ts'
import type { Schema, Task } from '../../api/types.ts'

/** A task as it is written: only what differs from the defaults stands in it. Form and YAML show the same document. */
export type TaskDocument = Partial<Schema<'TaskInput'>>
export type ScheduleRule = Schema<'ScheduleRule'>

/** A rule with the zone it is read in; null takes the task's. */
export interface ScheduleEntry {
  schedule: ScheduleRule
  timezone: string | null
}

/** What a retry policy leaves out. A task without one takes the server's. */
export const USUAL_RETRY = MEMBER_DEFAULTS.retry
export const DEFAULTS = TASK_DEFAULTS

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}

/** The written part of a task that was read, without what is as it would be anyway. */
export function documentOf(task: Task): TaskDocument {
  const { schedule_rule: rule, schedules, schedule: _text, ...rest } = task
  const written: Record<string, unknown> = { ...rest }
  for (const field of SET_BY_SERVER) delete written[field]
  const further = rule === null ? schedules : schedules.slice(1)
  return tidy({
    ...(written as TaskDocument),
    ...(rule === null ? {} : { schedule: rule }),
    schedules: further.map((entry) => ({ schedule: entry.schedule_rule, timezone: entry.timezone })),
  })
}

/** A revision, or a document that somebody typed, without what is as it would be anyway: as the core's `tidyTask`. */
export function tidy(document: TaskDocument): TaskDocument {
  const kept = Object.entries(document).map(([field, value]): [string, unknown] => [field, unusual(field, value)])
  return inOrder(Object.fromEntries(kept.filter(([, value]) => !saysNothing(value)))) as TaskDocument
}

/** Of an object the members that differ from their default, of anything else all or nothing. */
function unusual(field: string, value: unknown): unknown {
  if (ALWAYS_SHOWN.includes(field)) return value
  const usual = (DEFAULTS as Record<string, unknown>)[field]
  if (usual !== undefined && isSame(value, usual)) return undefined
  const members = (MEMBER_DEFAULTS as Record<string, Record<string, unknown>>)[field]
  if (members === undefined || !isRecord(value)) return value
  const isShown = (name: string) => ALWAYS_SHOWN.includes(`${field}.${name}`)
  return Object.fromEntries(
    Object.entries(value).filter(([name, inner]) => isShown(name) || !isSame(inner, members[name])),
  )
}

function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return isRecord(value) && Object.keys(value).length === 0
}

function inOrder(document: Record<string, unknown>): Record<string, unknown> {
  const place = (field: string) => (TASK_FIELDS.includes(field) ? TASK_FIELDS.indexOf(field) : TASK_FIELDS.length)
  return Object.fromEntries(Object.entries(document).sort(([a], [b]) => place(a) - place(b)))
}

/** The document without what other types would run: it stays in the form while somebody tries types out. */
export function withoutForeignPayload(document: TaskDocument): TaskDocument {
  const own = PAYLOAD_FIELDS[document.type ?? ''] ?? []
  const foreign = new Set(Object.values(PAYLOAD_FIELDS).flat())
  const kept = Object.entries(document).filter(([field]) => !foreign.has(field) || own.includes(field))
  return Object.fromEntries(kept) as TaskDocument
}

/** The body of PATCH that makes a task what the document says: what it leaves out goes back to its default. */
export function changesOf(document: TaskDocument): Schema<'TaskChanges'> {
  const changes: Record<string, unknown> = { ...DEFAULTS, schedules: [], ...document }
  for (const policy of TASK_POLICIES) {
    const own = document[policy]
    if (own || DEFAULTS[policy] !== null) changes[policy] = { ...MEMBER_DEFAULTS[policy], ...own }
  }
  return changes as Schema<'TaskChanges'>
}

/** All schedules of a document, the first included. */
export function entriesOf({ schedule, schedules = [] }: TaskDocument): ScheduleEntry[] {
  const first = schedule === undefined ? [] : [{ schedule, timezone: null }]
  return [...first, ...schedules.map((entry) => ({ schedule: entry.schedule, timezone: entry.timezone ?? null }))]
}

/** The document with other schedules; the first stands in `schedule` unless it has a zone of its own. */
export function withEntries(document: TaskDocument, entries: readonly ScheduleEntry[]): TaskDocument {
  const { schedule: _schedule, schedules: _schedules, ...rest } = document
  const [first, ...further] = entries
  if (first === undefined) return rest
  if (first.timezone !== null) return inOrder({ ...rest, schedules: [...entries] })
  const more = further.length > 0 ? { schedules: further } : {}
  return inOrder({ ...rest, schedule: first.schedule, ...more })
}

/** Where the server finds fault with entry `index`: `schedule` when it is alone, else `schedules[1].schedule`. */
export function entryPath(index: number, count: number): string {
  return count === 1 ? 'schedule' : `schedules[${index}].schedule`
}

/** `retry.max_attempts` of a document. */
export function valueAt(document: TaskDocument, path: string): unknown {
  let value: unknown = document
  for (const key of path.split('.')) value = isRecord(value) ? value[key] : undefined
  return value
}

/** The document with another value at `path`; undefined takes the field away, and objects that become empty by it. */
export function withValue(document: TaskDocument, path: string, value: unknown): TaskDocument {
  const [key, ...rest] = path.split('.') as [string, ...string[]]
  const copy: Record<string, unknown> = { ...document }
  const inner = rest.length === 0 ? value : withValue(asRecord(copy[key]), rest.join('.'), value)
  if (inner === undefined || (rest.length > 0 && Object.keys(inner as object).length === 0)) delete copy[key]
  else copy[key] = inner
  return copy as TaskDocument
}

function asRecord(value: unknown): TaskDocument {
  return (isRecord(value) ? value : {}) as TaskDocument
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type Shape = (typeof TASK_SHAPES)[string]

/** Fields that hold something else than the form could show, such as `tags: 3`; the text is kept until they are mended. */
export function misshapenFields(document: Record<string, unknown>): { field: string; shape: Shape }[] {
  return Object.entries(document).flatMap(([field, value]) => {
    const shape = TASK_SHAPES[field]
    return shape === undefined || value === null || hasShape(value, shape) ? [] : [{ field, shape }]
  })
}

function hasShape(value: unknown, shape: Shape): boolean {
  if (shape === 'list') return Array.isArray(value)
  if (shape === 'map') return isRecord(value)
  return typeof value === (shape === 'text' ? 'string' : shape)
}
