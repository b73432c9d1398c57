import { type FieldError, invalid } from './errors.ts'
import { isoInstant } from './iso-instant.ts'
import type { Json } from './json.ts'
import { withUnixLines } from './program-text.ts'
import type {
  ConcurrencyPolicy,
  MisfireSettings,
  RetryPolicy,
  ScheduleEntry,
  TaskDefinition,
  TaskInput,
} from './task.ts'
import type { Field } from './task-fields/field.ts'
import { PAYLOAD_OF, TASK_FIELDS, type TaskFieldName } from './task-fields/table.ts'
import { defaultsOf, memberDefaults, usualOf } from './task-fields/usual.ts'
import { checkTask } from './task-rules.ts'

/** What a retry policy leaves out. A task without one takes the server's. */
export const DEFAULT_RETRY = memberDefaults(TASK_FIELDS.retry) as unknown as RetryPolicy
export const DEFAULT_CONCURRENCY = usualOf(TASK_FIELDS.concurrency) as ConcurrencyPolicy
export const DEFAULT_MISFIRE = usualOf(TASK_FIELDS.misfire) as MisfireSettings
export const DEFAULT_KILL_GRACE_SECONDS = TASK_FIELDS.kill_grace_seconds.usual
export const DEFAULT_MAX_LOG_BYTES = TASK_FIELDS.max_log_bytes.usual

/** Where the time-dependent defaults of a document come from. */
export interface DocumentContext {
  /** Zone of tasks that name none. */
  defaultTimezone: string
}

/**
 * Checks a task document and fills in every default. Throws `invalid` with one entry per wrong field. Schedules and
 * payloads are checked by those who compile and run them.
 */
export function readTask(input: TaskInput, context: DocumentContext): TaskDefinition {
  const errors: FieldError[] = []
  checkTask(input, errors)
  if (errors.length > 0) throw invalid(errors)
  return withDefaults(input, context)
}

/** All that a document may leave out but what depends on others of its fields; the objects in it are shared. */
const DEFAULTS = defaultsOf(TASK_FIELDS)

/** Filled in field by field: copies of one object are made faster than objects are put together. */
const BLANK = { name: '', type: '', payload: {}, schedules: [], timezone: '', ...DEFAULTS }

/** How a value that is there is kept. */
type Keeper = (value: never) => unknown
const KEEPERS = new Map(
  Object.keys(DEFAULTS).map((name) => [name, keeperOf(TASK_FIELDS[name as TaskFieldName])] as [string, Keeper]),
)

function keeperOf(field: Field): Keeper {
  if (field.kind === 'text' && field.form === 'instant') return (text: string) => Date.parse(text)
  const usual = memberDefaults(field)
  if (usual === undefined || field.kind !== 'members') return (value) => value
  const known = new Set(Object.keys(field.members))
  return (value: object) => laidOver(usual, value, known)
}

/** Members that are not there, or null where that is no value, take their default; those that have none stay out. */
function laidOver(usual: Record<string, unknown>, value: object, known: ReadonlySet<string>): Record<string, unknown> {
  const kept: Record<string, unknown> = { ...usual }
  for (const [name, inner] of Object.entries(value)) {
    const next = inner ?? usual[name]
    if (known.has(name) && next !== undefined) kept[name] = next
  }
  return kept
}

function withDefaults(input: TaskInput, context: DocumentContext): TaskDefinition {
  const kept: Record<string, unknown> = { ...BLANK }
  kept.name = input.name
  kept.type = input.type
  kept.payload = payloadOf(input)
  kept.schedules = schedulesOf(input)
  kept.timezone = input.timezone ?? context.defaultTimezone
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || value === null) continue
    const keep = KEEPERS.get(name)
    if (keep !== undefined) kept[name] = keep(value as never)
  }
  return kept as unknown as TaskDefinition
}

function schedulesOf({ schedule, schedules = [] }: TaskInput): ScheduleEntry[] {
  const first = schedule === undefined ? [] : [{ schedule, timezone: null }]
  return [...first, ...schedules.map((s) => ({ schedule: s.schedule, timezone: s.timezone ?? null }))]
}

function payloadOf(input: TaskInput): Record<string, Json> {
  const payload: Record<string, Json> = { ...input.payload }
  for (const field of PAYLOAD_OF.get(input.type) ?? []) {
    const value = input[field]
    if (value !== undefined) payload[field] = value as Json
  }
  return withUnixLines(input.type, payload)
}

function isoOf(instant: number | null): string | null {
  return instant === null ? null : isoInstant(instant)
}

/** The document of a task, every field present: what people read and edit. */
export function taskInputOf(task: TaskDefinition): TaskInput {
  const { schedules, payload, start_at, end_at, retention, ...same } = task
  const [first, ...further] = schedules
  const lone = first !== undefined && first.timezone === null
  return {
    ...same,
    ...flattened(task.type, payload),
    ...(lone ? { schedule: first.schedule } : {}),
    ...(lone ? (further.length > 0 ? { schedules: further } : {}) : { schedules }),
    start_at: isoOf(start_at),
    end_at: isoOf(end_at),
    retention,
  }
}

/** What a person may write of anything that has the fields of a task among others. */
export function writtenPart(read: TaskInput): TaskInput {
  const fields = read as unknown as Record<string, unknown>
  const written = Object.keys(TASK_FIELDS).filter((name) => fields[name] !== undefined)
  return Object.fromEntries(written.map((name) => [name, fields[name]])) as unknown as TaskInput
}

/** The payload as it is written: known fields at the top, everything else under `payload`. */
function flattened(type: string, payload: Record<string, Json>): Partial<TaskInput> {
  const fields = PAYLOAD_OF.get(type)
  if (fields === undefined) return { payload }
  const isTop = ([field]: [string, Json]) => (fields as readonly string[]).includes(field)
  const rest = Object.entries(payload).filter((entry) => !isTop(entry))
  return {
    ...Object.fromEntries(Object.entries(payload).filter(isTop)),
    ...(rest.length > 0 ? { payload: Object.fromEntries(rest) } : {}),
  }
}

/** What a stored document leaves out, and the same as JSON. */
const UNSTORED: Readonly<Record<string, unknown>> = { ...DEFAULTS, payload: {}, schedules: [], timezone: 'UTC' }
const UNSTORED_JSON = new Map(Object.entries(UNSTORED).map(([name, usual]) => [name, JSON.stringify(usual)]))

/** The document as it is stored: JSON with only the fields that differ from the defaults. */
export function compactTask(task: TaskDefinition): string {
  // The name has a column of its own.
  const { name: _, type, ...fields } = taskInputOf(task)
  const kept: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(fields)) {
    if (value !== UNSTORED[field] && JSON.stringify(value) !== UNSTORED_JSON.get(field)) kept[field] = value
  }
  return JSON.stringify({ ...kept, type })
}

/** Reads a stored document back. Throws SyntaxError when the text is not JSON. */
export function expandTask(stored: string, name: string): TaskDefinition {
  const input = JSON.parse(stored) as TaskInput
  return withDefaults({ ...input, name }, { defaultTimezone: 'UTC' })
}
