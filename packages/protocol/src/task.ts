import { z } from 'zod'
import { LIMITS } from './limits.ts'
import { json, jsonObject, stringMap, taskInstant, text } from './scalars.ts'
import { dstPolicy, scheduleRule } from './schedule.ts'
import { strict } from './strict.ts'

const HOUR_SECONDS = 3_600
/** The longest wait or run that can be asked for: ten years. */
export const LONGEST_SECONDS = 10 * 366 * 24 * HOUR_SECONDS
const seconds = z.number().min(0).max(LONGEST_SECONDS)
const LARGEST = 1_000_000_000

export const params = strict({
  args: z.array(json).max(LIMITS.arguments).exactOptional(),
  kwargs: jsonObject.exactOptional(),
}).meta({ id: 'Params', description: 'Arguments handed to the command, script or handler.' })

export const retryPolicy = strict({
  max_attempts: z.int().min(1).max(1_000).exactOptional().meta({ description: 'In all, the first included.' }),
  delay_seconds: seconds.exactOptional(),
  backoff: z.enum(['fixed', 'exponential']).exactOptional(),
  max_delay_seconds: seconds.exactOptional(),
  jitter: z.number().min(0).max(1).exactOptional(),
  on: z
    .array(z.enum(['exit_code', 'timeout', 'lost', 'assertion', 'error', 'dispatch']))
    .max(6)
    .exactOptional(),
  exit_codes: z.array(z.int().min(0).max(255)).max(256).nullable().exactOptional(),
}).meta({ id: 'RetryPolicy' })

export const concurrencyPolicy = strict({
  max: z
    .int()
    .min(1)
    .max(LARGEST)
    .nullable()
    .exactOptional()
    .meta({ description: 'Null, as usual: the default of the type, `execution.max_concurrent` of the configuration.' }),
  overlap: z.enum(['allow', 'skip', 'queue', 'replace']).exactOptional(),
  key: text(LIMITS.name).nullable().exactOptional().meta({ description: 'Name of a limit shared by any tasks.' }),
  key_max: z.int().min(1).max(LARGEST).exactOptional().meta({ description: '1 makes the key a mutex.' }),
}).meta({ id: 'ConcurrencyPolicy' })

export const misfireSettings = strict({
  policy: z.enum(['skip', 'run_once', 'run_all']).exactOptional(),
  grace_seconds: seconds.exactOptional(),
  max: z.int().min(0).max(1_000_000).exactOptional(),
  spread_seconds: seconds.exactOptional(),
}).meta({ id: 'MisfireSettings' })

/** Known members of an HTTP task; the executor checks them, further members are its own to judge. */
const httpPayload = z
  .looseObject({
    method: text(20).exactOptional(),
    url: text(8_000),
    headers: stringMap.exactOptional(),
    query: stringMap.exactOptional(),
    body: text(LIMITS.source).exactOptional(),
    auth: z
      .looseObject({ type: text(50) })
      .catchall(json)
      .exactOptional(),
    expect_status: z.union([text(100), z.int(), z.array(z.union([text(100), z.int()])).max(100)]).exactOptional(),
  })
  .catchall(json)
  .meta({ id: 'HttpPayload' })

const target = z.looseObject({ kind: text(50) }).catchall(json)

/** Every field a person may write, each optional: the body of PUT and PATCH. */
export const taskFields = {
  name: text(LIMITS.name, 1).exactOptional(),
  description: text(LIMITS.description).exactOptional(),
  group: text(LIMITS.name).nullable().exactOptional(),
  tags: z.array(text(100, 1)).max(LIMITS.tags).exactOptional(),
  type: text(100, 1)
    .exactOptional()
    .meta({ description: '`shell`, `python`, `script`, `http`, `handler` or a plug-in type.' }),
  command: text(LIMITS.source).exactOptional().meta({ description: 'Type `shell`.' }),
  source: text(LIMITS.source).exactOptional().meta({ description: 'Types `python` and `script`.' }),
  interpreter: text(1_000).exactOptional().meta({ description: 'Type `script`; without it the shebang line decides.' }),
  handler: text(LIMITS.name).exactOptional().meta({ description: 'Type `handler`: the registered name.' }),
  http: httpPayload.exactOptional().meta({ description: 'Type `http`.' }),
  payload: jsonObject.exactOptional().meta({ description: 'Plug-in types.' }),
  params: params.exactOptional(),
  env: stringMap.exactOptional(),
  working_dir: text(4_096).nullable().exactOptional(),
  run_as: text(256).nullable().exactOptional(),
  detach: z.boolean().exactOptional().meta({
    description:
      'Programs: what the command leaves running in the background when it has ended is left alone, as cron does. Otherwise it is ended too.',
  }),
  encoding: text(40, 1)
    .nullable()
    .exactOptional()
    .meta({
      description: 'Encoding of the output, e.g. `gbk`, `latin1`. Null: UTF-8; for HTTP what the reply says.',
      examples: ['gbk'],
    }),
  target: target.exactOptional(),
  schedule: scheduleRule.exactOptional(),
  schedules: z
    .array(strict({ schedule: scheduleRule, timezone: text(100).nullable().exactOptional() }))
    .max(LIMITS.schedules)
    .exactOptional()
    .meta({ description: 'Further schedules beside `schedule`.' }),
  timezone: text(100).exactOptional().meta({ description: 'IANA name; default: the server’s.' }),
  hash_key: text(LIMITS.name)
    .nullable()
    .exactOptional()
    .meta({ description: 'What `H` and `~` are drawn from; without one the name the task has when they come in.' }),
  dst: dstPolicy.exactOptional(),
  start_at: taskInstant.nullable().exactOptional(),
  end_at: taskInstant.nullable().exactOptional(),
  max_runs: z.int().min(1).max(LARGEST).nullable().exactOptional(),
  jitter_seconds: seconds.exactOptional(),
  misfire: misfireSettings.exactOptional(),
  concurrency: concurrencyPolicy.exactOptional(),
  retry: retryPolicy.nullable().exactOptional().meta({
    description:
      'Null, as usual: the default of the type, `execution.retry` of the configuration. What a policy leaves out is as in its schema; one attempt is no retry.',
  }),
  timeout_seconds: z.number().gt(0).max(LONGEST_SECONDS).nullable().exactOptional().meta({
    description: 'Null, as usual: the default of the type, `execution.timeout_seconds` of the configuration.',
  }),
  kill_grace_seconds: z.number().min(0).max(HOUR_SECONDS).exactOptional(),
  max_log_bytes: z
    .int()
    .min(0)
    .max(2 ** 40)
    .exactOptional(),
  priority: z.int().min(-LARGEST).max(LARGEST).exactOptional().meta({ description: 'Higher first, default 0.' }),
  enabled: z.boolean().exactOptional(),
  run_at_start: z.boolean().exactOptional().meta({ description: 'Also run whenever the server starts.' }),
  run_at_boot: z
    .boolean()
    .exactOptional()
    .meta({ description: 'Also run at the first start of the server since the machine was booted.' }),
  origin: text(5_000)
    .nullable()
    .exactOptional()
    .meta({ description: 'Set by importers, which find their tasks by it again.' }),
  retention: strict({
    days: z.number().min(0).max(36_600).nullable().exactOptional(),
    count: z.int().min(0).max(LARGEST).nullable().exactOptional(),
  }).exactOptional(),
}

/** Fields of a read task that requests may not carry. */
export const TASK_READ_ONLY = [
  'id',
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
  'schedule_rule',
] as const

/** A task as a person writes it. */
export const taskInput = strict(
  {
    ...taskFields,
    name: text(LIMITS.name, 1),
    type: text(100, 1).meta({ description: '`shell`, `python`, `script`, `http`, `handler` or a plug-in type.' }),
  },
  [...TASK_READ_ONLY, 'version'],
).meta({ id: 'TaskInput', description: 'A task as it is written. Fields that are left out take their defaults.' })

/** The fields to change. */
export const taskChanges = strict(
  {
    ...taskFields,
    version: z
      .int()
      .min(1)
      .exactOptional()
      .meta({ description: 'The version the change was made from, as `If-Match` says it.' }),
  },
  TASK_READ_ONLY,
).meta({ id: 'TaskChanges', description: 'The fields to change; the others stay as they are.' })
