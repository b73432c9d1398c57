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
export const USUAL_RETRY = {
  max_attempts: 1,
  delay_seconds: 60,
  backoff: 'fixed',
  max_delay_seconds: 3_600,
  jitter: 0,
  on: ['exit_code', 'timeout', 'lost', 'assertion', 'error', 'dispatch'],
  exit_codes: null,
} satisfies TaskDocument['retry']

/** What the server takes for fields that a document leaves out. The time zone is left out: it is the server's own. */
export const DEFAULTS = {
  description: '',
  group: null,
  tags: [],
  params: { args: [], kwargs: {} },
  env: {},
  working_dir: null,
  run_as: null,
  detach: false,
  encoding: null,
  target: { kind: 'local' },
  dst: { gap: 'run_after', overlap: 'first' },
  start_at: null,
  end_at: null,
  max_runs: null,
  jitter_seconds: 0,
  misfire: { policy: 'run_once', grace_seconds: 60, max: 100, spread_seconds: 0 },
  concurrency: { max: null, overlap: 'skip', key: null, key_max: 1 },
  retry: null,
  hash_key: null,
  timeout_seconds: null,
  kill_grace_seconds: 10,
  max_log_bytes: 10_485_760,
  priority: 0,
  enabled: true,
  run_at_start: false,
  run_at_boot: false,
  origin: null,
  retention: { days: null, count: null },
} satisfies TaskDocument

/** Objects that changes are laid over member by member; all others are replaced as a whole. */
const POLICIES = ['dst', 'misfire', 'concurrency', 'retention'] as const
/** In the order in which people read a task; the rest follows. */
const ORDER = ['name', 'description', 'group', 'tags', 'type', 'command', 'interpreter', 'source', 'handler', 'http']
const ORDER_AFTER = ['payload', 'schedule', 'schedules', 'timezone', 'hash_key']
const READ_ONLY = [
  'id',
  'version',
  'status',
  'effective',
  'words',
  'next_run',
  'next_due',
  'last_run',
  'last_status',
  'last_execution_id',
  'run_count',
  'created_at',
  'created_by',
  'updated_at',
  'updated_by',
  'deleted_at',
  'paused_at',
] as const

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}

/** The written part of a task that was read, without what is as it would be anyway. */
export function documentOf(task: Task): TaskDocument {
  const { schedule_rule: rule, schedules, schedule: _text, ...rest } = task
  const written: Record<string, unknown> = { ...rest }
  for (const field of READ_ONLY) delete written[field]
  const further = rule === null ? schedules : schedules.slice(1)
  return tidy({
    ...(written as TaskDocument),
    ...(rule === null ? {} : { schedule: rule }),
    schedules: further.map((entry) => ({ schedule: entry.schedule_rule, timezone: entry.timezone })),
  })
}

/** A revision, or a document that somebody typed, without what is as it would be anyway. */
export function tidy(document: TaskDocument): TaskDocument {
  const kept: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(document)) {
    const usual = (DEFAULTS as Record<string, unknown>)[field]
    const isPolicy = POLICIES.some((policy) => policy === field)
    const base = field === 'retry' ? RETRY_BASE : isPolicy ? (usual as Record<string, unknown>) : null
    const rest = base !== null && isRecord(value) ? differing(value, base) : value
    const isEmpty = (isPolicy && isRecord(rest) && Object.keys(rest).length === 0) || rest === null
    if (!isEmpty && rest !== undefined && !(field in DEFAULTS && isSame(rest, usual))) kept[field] = rest
  }
  if (document.schedules?.length === 0) delete kept.schedules
  return inOrder(kept) as TaskDocument
}

/** How many attempts stays, also where that is one: it tells a policy of the task's own from the server's. */
const RETRY_BASE: Record<string, unknown> = { ...USUAL_RETRY, max_attempts: null }

function differing(value: Record<string, unknown>, usual: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key, inner]) => !isSame(inner, usual[key])))
}

function inOrder(document: Record<string, unknown>): Record<string, unknown> {
  const place = (field: string) => {
    const early = ORDER.indexOf(field)
    if (early >= 0) return early
    const after = ORDER_AFTER.indexOf(field)
    return after >= 0 ? ORDER.length + after : ORDER.length + ORDER_AFTER.length
  }
  return Object.fromEntries(Object.entries(document).sort(([a], [b]) => place(a) - place(b)))
}

/** Payload fields by the type that reads them; a type that is not listed reads `payload`. */
const PAYLOAD_FIELDS: Readonly<Record<string, readonly string[]>> = {
  shell: ['command'],
  python: ['source'],
  script: ['source', 'interpreter'],
  handler: ['handler'],
  http: ['http'],
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
  for (const policy of POLICIES) changes[policy] = { ...DEFAULTS[policy], ...(document[policy] ?? {}) }
  if (document.retry) changes.retry = { ...USUAL_RETRY, ...document.retry }
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

type Shape = 'text' | 'number' | 'boolean' | 'list' | 'map'
const SHAPES: Readonly<Record<string, Shape>> = {
  name: 'text',
  description: 'text',
  group: 'text',
  type: 'text',
  command: 'text',
  source: 'text',
  interpreter: 'text',
  handler: 'text',
  working_dir: 'text',
  run_as: 'text',
  encoding: 'text',
  detach: 'boolean',
  timezone: 'text',
  hash_key: 'text',
  start_at: 'text',
  end_at: 'text',
  tags: 'list',
  schedules: 'list',
  params: 'map',
  env: 'map',
  http: 'map',
  target: 'map',
  payload: 'map',
  dst: 'map',
  misfire: 'map',
  concurrency: 'map',
  retry: 'map',
  retention: 'map',
  enabled: 'boolean',
  run_at_start: 'boolean',
  run_at_boot: 'boolean',
  timeout_seconds: 'number',
  kill_grace_seconds: 'number',
  jitter_seconds: 'number',
  max_log_bytes: 'number',
  max_runs: 'number',
  priority: 'number',
}

/** Fields that hold something else than the form could show, such as `tags: 3`; the text is kept until they are mended. */
export function misshapenFields(document: Record<string, unknown>): { field: string; shape: Shape }[] {
  return Object.entries(document).flatMap(([field, value]) => {
    const shape = SHAPES[field]
    return shape === undefined || value === null || hasShape(value, shape) ? [] : [{ field, shape }]
  })
}

function hasShape(value: unknown, shape: Shape): boolean {
  if (shape === 'list') return Array.isArray(value)
  if (shape === 'map') return isRecord(value)
  return typeof value === (shape === 'text' ? 'string' : shape)
}
