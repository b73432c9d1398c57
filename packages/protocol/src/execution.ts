import { FAILURES, say, TASK_FIELDS } from '@rota/core'
import { z } from 'zod'
import { fieldSchemas, schemaOf } from './field-schema.ts'
import { LIMITS } from './limits.ts'
import { unfinishedLine } from './logs.ts'
import {
  groupFilter,
  historyBeginsAt,
  id,
  instant,
  instantOrDate,
  json,
  jsonObject,
  pageQuery,
  pageReply,
  sentence,
  sortBy,
  text,
  words,
} from './scalars.ts'
import { strict } from './strict.ts'
import { params, taskFields } from './task.ts'

const STATUSES = ['pending', 'running', 'success', 'failed', 'cancelled', 'skipped'] as const
export const executionStatus = z.enum(STATUSES).meta({ id: 'ExecutionStatus' })

export const failureKind = z.enum(FAILURES).meta({ id: 'FailureKind' })

export const trigger = z
  .enum(['schedule', 'manual', 'api', 'dependency', 'retry', 'backfill', 'webhook'])
  .meta({ id: 'Trigger' })

const attempt = z
  .strictObject({
    attempt: z.int(),
    started_at: instant.nullable(),
    finished_at: instant,
    status: z.enum(['failed', 'cancelled', 'success']),
    failure: failureKind.nullable(),
    exit_code: z.int().nullable(),
    error: sentence().nullable(),
    failed_parts: z.array(z.string()).exactOptional().meta({
      description: 'Of an attempt on several nodes: the parts that the next attempt runs again.',
    }),
    node_id: z.string().exactOptional(),
  })
  .meta({ id: 'Attempt' })

const fencedAttempt = z
  .strictObject({ attempt: z.int(), instance_id: z.string(), started_at: instant, fenced_at: instant })
  .meta({
    id: 'FencedAttempt',
    description:
      'An attempt that an instance was still running when others had taken its execution over, because the instance had been silent for longer than its lease. `fenced_at`: when it learned that and ended the attempt.',
  })

/** Due instants answered by one row. */
export const covers = z
  .strictObject({ from: instant, to: instant, count: z.int() })
  .nullable()
  .meta({ description: 'Present when one answer stands for several due instants.' })

export const executionPhase = z.enum(['waiting', 'queued', 'retrying', 'ready']).meta({
  id: 'ExecutionPhase',
  description:
    'What a pending execution waits for: its instant, a limit (`reason` says which), its next attempt, or only a free place.',
})

/** An execution as it is read. */
export const execution = z
  .strictObject({
    id,
    tenant_id: z.string().nullable().meta({ description: 'Whose it is; null for none.' }),
    task_id: z.string().nullable(),
    task_name: z.string().nullable(),
    task_group: z.string().nullable(),
    task_version: z.int().nullable(),
    type: z.string(),
    trigger,
    requested_by: z.string().nullable(),
    status: executionStatus,
    failure: failureKind.nullable(),
    reason: sentence().nullable(),
    phase: executionPhase.nullable(),
    scheduled_at: instant.meta({ description: 'The due instant.' }),
    jittered_at: instant.meta({
      description: 'When it was to start: the due instant and what jitter adds. `lateness_ms` counts from here.',
    }),
    created_at: instant,
    started_at: instant.nullable(),
    finished_at: instant.nullable(),
    lateness_ms: z.number().nullable(),
    duration: z.number().nullable().meta({ description: 'Seconds.' }),
    attempt: z.int(),
    max_attempts: z.int(),
    timeout_seconds: z.number().nullable().meta({
      description: 'Time limit of an attempt: that of the task or job, or else the default of its type. Null: none.',
    }),
    attempts: z.array(attempt),
    ran_twice: z.boolean().meta({
      description: 'Two instances ran it: one that had lost its lease, and the one that had taken it over.',
    }),
    fenced_attempts: z.array(fencedAttempt),
    priority: z.int(),
    params: params.nullable(),
    exit_code: z.int().nullable(),
    output: z.string().nullable().meta({ description: 'The last part of what it printed.' }),
    result: json,
    error: sentence().nullable(),
    progress: z.strictObject({ percent: z.number(), message: z.string().nullable() }).nullable(),
    unfinished: unfinishedLine.nullable().meta({
      description: 'While it runs, asked alone, of the instance that runs it: a line of output that has not ended.',
    }),
    node_id: z.string().nullable(),
    cpu_seconds: z.number().nullable(),
    max_rss_bytes: z.number().nullable(),
    dropped_log_bytes: z.number(),
    covers,
  })
  .meta({ id: 'Execution' })

/** Statuses of a filter: one, or several with commas between. */
const statusFilter = z
  .string()
  .regex(
    new RegExp(`^(${STATUSES.join('|')})(,(${STATUSES.join('|')}))*$`),
    say`must be one or several of ${STATUSES.join(', ')}, with commas between.`,
  )
  .meta({
    description: `One or several of ${STATUSES.join(', ')}, with commas between.`,
    examples: ['failed,cancelled'],
  })

/** How late: a comparison and a time. */
const LATE = /^(>=?|<=?)(\d{1,9})(ms|s|m|h)$/
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

const lateFilter = z
  .string()
  .regex(LATE, say`must be a comparison and a time, such as >5s, >=500ms, <2m or <=1h.`)
  .exactOptional()
  .meta({
    description:
      'Occurrences of schedules that started so much later than they were to (`lateness_ms`): `>`, `>=`, `<` or `<=` and a time in `ms`, `s`, `m` or `h`. More than a second at least, unless it is a task’s.',
    examples: ['>5s'],
  })

/** The comparison of a filter that the schema has taken, and its ms. */
export function lateBoundOf(late: string) {
  const [, is, count, unit] = LATE.exec(late)!
  return { is: is as '>' | '>=' | '<' | '<=', ms: Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS] }
}

const executionFilter = {
  ...pageQuery,
  status: statusFilter.exactOptional(),
  failure: failureKind.exactOptional(),
  trigger: trigger.exactOptional(),
  node_id: text(200, 1).exactOptional().meta({ description: 'The node that it runs or ran on.' }),
  from: instantOrDate.exactOptional().meta({ description: 'First due instant, inclusive.' }),
  to: instantOrDate.exactOptional().meta({ description: 'Last due instant, exclusive.' }),
  finished_from: instantOrDate.exactOptional().meta({ description: 'First instant of the end, inclusive.' }),
  finished_to: instantOrDate.exactOptional().meta({
    description:
      'Last instant of the end, exclusive. Ends are asked for together with a task, a `status` without `success`, a `failure`, or with `from`.',
  }),
  late: lateFilter,
  sort: sortBy(
    ['scheduled_at', 'status', 'task_name', 'lateness', 'duration', 'trigger', 'attempt'],
    'Ascending; `-` before it turns the order round. What lacks the value comes last either way. By all but `scheduled_at` at most 10,000 executions are sorted; where more match, the request is refused. Default: the latest first.',
  ),
}

/** What a list holds only when it is asked for: it may be large. */
const LIST_FIELDS = ['output', 'result'] as const
/** With these a page holds no more executions. */
export const MOST_WITH_FIELDS = 100

const listFields = z
  .string()
  .regex(
    new RegExp(`^(${LIST_FIELDS.join('|')})(,(${LIST_FIELDS.join('|')}))*$`),
    say`must be one or several of ${LIST_FIELDS.join(', ')}, with commas between.`,
  )
  .exactOptional()
  .meta({
    description: `What each execution shall have besides: ${LIST_FIELDS.join(', ')}, with commas between. \`limit\` is at most ${MOST_WITH_FIELDS} then.`,
    examples: ['output,result'],
  })

export const taskExecutionQuery = strict({ ...executionFilter, fields: listFields })

export const executionQuery = strict({
  ...executionFilter,
  fields: listFields,
  task_id: text(64).exactOptional(),
  q: text(200).exactOptional().meta({
    description:
      'Found in the name of the task, or in the error of one of the latest 10,000 failures, without regard to case; or what the id begins with, 8 characters at least.',
  }),
  group: groupFilter,
})

const { output, result, progress: _progress, params: _params, ...listed } = execution.shape

/** An execution in a list: without its parameters and progress, and with what may be large only on request. */
const listedExecution = z
  .strictObject({
    ...listed,
    output: output
      .exactOptional()
      .meta({ description: 'With `fields=output`, and always in the list of a task: its end.' }),
    result: result.exactOptional().meta({ description: 'With `fields=result`.' }),
  })
  .meta({
    id: 'ListedExecution',
    description:
      'An execution in a list: without `params` and `progress`, and with `output` and `result` only on request.',
  })

export const executionList = z
  .strictObject({ ...pageReply, history_begins_at: historyBeginsAt, executions: z.array(listedExecution) })
  .meta({ id: 'ExecutionList' })

const { key, key_max } = TASK_FIELDS.concurrency.members

/** A job without a task. */
export const jobInput = strict({
  type: schemaOf(TASK_FIELDS.type),
  payload: jsonObject.meta({ description: 'As the task type wants it, for example `{"command":"uptime"}`.' }),
  name: taskFields.name,
  params: taskFields.params,
  env: taskFields.env,
  priority: taskFields.priority,
  timeout_seconds: taskFields.timeout_seconds,
  retry: taskFields.retry,
  concurrency: strict(fieldSchemas({ key, key_max })).exactOptional(),
  target: taskFields.target,
  keep_history: z.boolean().exactOptional().meta({ description: 'False leaves no row behind once it has ended.' }),
  run_at: schemaOf(TASK_FIELDS.start_at)
    .exactOptional()
    .meta({ description: 'ISO instant before which it does not start.' }),
}).meta({ id: 'JobInput', description: 'An execution without a task.' })

export const jobBatch = z.array(jobInput).min(1).max(LIMITS.batch).meta({ id: 'JobBatch' })

export const batchReply = z
  .strictObject({ executions: z.array(z.strictObject({ id, status: executionStatus })) })
  .meta({ id: 'BatchReply', description: 'In the order of the request; all or nothing.' })

/** How its node was found, or why none was; what of it are sentences. */
const placement = z
  .object({ judged: z.array(z.object({ detail: sentence().nullable() }).catchall(json)).exactOptional() })
  .catchall(json)

export const explanation = z
  .strictObject({ summary: words, facts: z.object({ placement: placement.exactOptional() }).catchall(json) })
  .meta({ id: 'Explanation', description: 'Why it waits, was skipped, was late or failed.' })

export type Execution = z.output<typeof execution>
export type ListedExecution = z.output<typeof listedExecution>
export type ExecutionList = z.output<typeof executionList>
