import { type FieldError, invalid } from './errors.ts'
import type { Json } from './json.ts'
import { withUnixLines } from './program-text.ts'
import type { ConcurrencyPolicy, MisfireSettings, RetryPolicy, TaskDefinition, TaskInput } from './task.ts'
import { checkTask } from './task-rules.ts'

/** What a retry policy leaves out. A task without one takes the server's. */
export const DEFAULT_RETRY: RetryPolicy = {
  max_attempts: 1,
  delay_seconds: 60,
  backoff: 'fixed',
  max_delay_seconds: 3600,
  jitter: 0,
  on: ['exit_code', 'timeout', 'lost', 'assertion', 'error', 'dispatch'],
  exit_codes: null,
}
export const DEFAULT_CONCURRENCY: ConcurrencyPolicy = { max: null, overlap: 'skip', key: null, key_max: 1 }
export const DEFAULT_MISFIRE: MisfireSettings = { policy: 'run_once', grace_seconds: 60, max: 100, spread_seconds: 0 }
export const DEFAULT_KILL_GRACE_SECONDS = 10
export const DEFAULT_MAX_LOG_BYTES = 10 * 1024 * 1024

/** Payload fields that stand at the top of a task document, by the type that reads them. */
const PAYLOAD_FIELDS: ReadonlyMap<string, readonly (keyof TaskInput)[]> = new Map([
  ['shell', ['command'] as const],
  ['python', ['source'] as const],
  ['script', ['source', 'interpreter'] as const],
  ['handler', ['handler'] as const],
  ['http', ['http'] as const],
])

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

function withDefaults(input: TaskInput, context: DocumentContext): TaskDefinition {
  const first = input.schedule === undefined ? [] : [{ schedule: input.schedule, timezone: null }]
  const further = (input.schedules ?? []).map((s) => ({ schedule: s.schedule, timezone: s.timezone ?? null }))
  return {
    name: input.name,
    description: input.description ?? '',
    group: input.group ?? null,
    tags: input.tags ?? [],
    type: input.type,
    payload: payloadOf(input),
    params: { args: input.params?.args ?? [], kwargs: input.params?.kwargs ?? {} },
    env: input.env ?? {},
    working_dir: input.working_dir ?? null,
    run_as: input.run_as ?? null,
    detach: input.detach ?? false,
    encoding: input.encoding ?? null,
    target: input.target ?? { kind: 'local' },
    schedules: [...first, ...further],
    timezone: input.timezone ?? context.defaultTimezone,
    hash_key: input.hash_key ?? null,
    dst: { gap: input.dst?.gap ?? 'run_after', overlap: input.dst?.overlap ?? 'first' },
    start_at: instantOf(input.start_at),
    end_at: instantOf(input.end_at),
    max_runs: input.max_runs ?? null,
    jitter_seconds: input.jitter_seconds ?? 0,
    misfire: { ...DEFAULT_MISFIRE, ...input.misfire },
    concurrency: { ...DEFAULT_CONCURRENCY, ...input.concurrency },
    retry: input.retry ? { ...DEFAULT_RETRY, ...input.retry } : null,
    timeout_seconds: input.timeout_seconds ?? null,
    kill_grace_seconds: input.kill_grace_seconds ?? DEFAULT_KILL_GRACE_SECONDS,
    max_log_bytes: input.max_log_bytes ?? DEFAULT_MAX_LOG_BYTES,
    priority: input.priority ?? 0,
    enabled: input.enabled ?? true,
    run_at_start: input.run_at_start ?? false,
    run_at_boot: input.run_at_boot ?? false,
    origin: input.origin ?? null,
    retention: { days: input.retention?.days ?? null, count: input.retention?.count ?? null },
  }
}

function payloadOf(input: TaskInput): Record<string, Json> {
  const payload: Record<string, Json> = { ...input.payload }
  for (const field of PAYLOAD_FIELDS.get(input.type) ?? []) {
    const value = input[field]
    if (value !== undefined) payload[field] = value as Json
  }
  return withUnixLines(input.type, payload)
}

function instantOf(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Date.parse(text)
}

function isoOf(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString()
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

/** The payload as it is written: known fields at the top, everything else under `payload`. */
function flattened(type: string, payload: Record<string, Json>): Partial<TaskInput> {
  const fields = PAYLOAD_FIELDS.get(type)
  if (fields === undefined) return { payload }
  const isTop = ([field]: [string, Json]) => (fields as readonly string[]).includes(field)
  const rest = Object.entries(payload).filter((entry) => !isTop(entry))
  return {
    ...Object.fromEntries(Object.entries(payload).filter(isTop)),
    ...(rest.length > 0 ? { payload: Object.fromEntries(rest) } : {}),
  }
}

/** The document as it is stored: JSON with only the fields that differ from the defaults. */
export function compactTask(task: TaskDefinition): string {
  const blank = withDefaults({ name: '', type: task.type }, { defaultTimezone: 'UTC' })
  const full = taskInputOf(task)
  const usual = taskInputOf(blank) as unknown as Record<string, unknown>
  const kept: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(full)) {
    if (JSON.stringify(value) !== JSON.stringify(usual[field])) kept[field] = value
  }
  // The name has a column of its own.
  delete kept.name
  return JSON.stringify({ ...kept, type: task.type })
}

/** Reads a stored document back. Throws SyntaxError when the text is not JSON. */
export function expandTask(stored: string, name: string): TaskDefinition {
  const input = JSON.parse(stored) as TaskInput
  return withDefaults({ ...input, name }, { defaultTimezone: 'UTC' })
}
