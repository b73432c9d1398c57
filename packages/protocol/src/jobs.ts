import { RULE_FIELDS, say, TASK_FIELDS } from '@rota/core'
import { z } from 'zod'
import { executionStatus } from './execution.ts'
import { fieldSchemas, schemaOf } from './field-schema.ts'
import {
  historyBeginsAt,
  id,
  instant,
  instantOrDate,
  json,
  jsonObject,
  pageQuery,
  pageReply,
  sentence,
  text,
} from './scalars.ts'
import { documented } from './schedule.ts'
import { strict } from './strict.ts'
import { taskFields } from './task.ts'
import { runOutlook } from './task-actions.ts'

/** `manual`: the task has no rule of its own. */
export const jobType = z.enum(['cron', 'interval', 'date', 'manual']).meta({ id: 'JobType' })

const { every } = RULE_FIELDS.interval
const { expression } = RULE_FIELDS.cron
const { at } = RULE_FIELDS.once
const func = text(TASK_FIELDS.handler.most, 1)

const fields = {
  name: taskFields.name,
  description: taskFields.description,
  job_type: jobType.exactOptional(),
  func: func.exactOptional().meta({ description: 'Name of a registered handler.' }),
  cron_expression: documented(expression).nullable().exactOptional(),
  interval_seconds: documented(every).nullable().exactOptional(),
  run_date: documented(at).nullable().exactOptional().meta({ description: 'ISO instant, for `date`.' }),
  timezone: taskFields.timezone,
  ...fieldSchemas(TASK_FIELDS.params.members),
  status: z.enum(['active', 'paused']).exactOptional(),
  max_instances: schemaOf(TASK_FIELDS.concurrency.members.max).exactOptional(),
  misfire_grace_time: schemaOf(TASK_FIELDS.misfire.members.grace_seconds)
    .exactOptional()
    .meta({ description: 'Seconds.' }),
  timeout_seconds: taskFields.timeout_seconds,
  priority: taskFields.priority,
  retry: taskFields.retry,
  dependencies: z
    .array(json)
    .max(0, say`must be empty: jobs cannot wait for other jobs yet.`)
    .exactOptional()
    .meta({ description: 'Empty: jobs cannot wait for other jobs yet.' }),
}

export const scheduledJobInput = strict({
  ...fields,
  name: schemaOf(TASK_FIELDS.name),
  job_type: jobType,
  func: func.meta({ description: 'Name of a registered handler.' }),
}).meta({ id: 'ScheduledJobInput', description: 'A task with a handler, in the words of a job API.' })

export const scheduledJobChanges = strict(fields).meta({ id: 'ScheduledJobChanges' })

export const scheduledJob = z
  .strictObject({
    id,
    name: z.string(),
    description: z.string(),
    job_type: jobType,
    func: z.string().nullable().meta({ description: 'Null for tasks of other types than `handler`.' }),
    type: z.string().meta({ description: 'The task type.' }),
    cron_expression: z.string().nullable(),
    interval_seconds: z.number().nullable(),
    run_date: z.string().nullable(),
    timezone: z.string(),
    args: z.array(json),
    kwargs: jsonObject,
    status: z.enum(['active', 'paused', 'finished', 'deleted']),
    max_instances: z.int(),
    misfire_grace_time: z.number(),
    timeout_seconds: z.number().nullable(),
    priority: z.int(),
    retry: taskFields.retry.unwrap(),
    next_run_time: instant.nullable(),
    last_run_time: instant.nullable(),
    last_status: executionStatus.nullable(),
    run_count: z.int(),
    created_by: z.string().nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'ScheduledJob' })

export const scheduledJobQuery = strict({
  ...pageQuery,
  status: z.enum(['active', 'paused', 'finished']).exactOptional(),
  q: text(200).exactOptional(),
})

export const scheduledJobList = z
  .strictObject({ ...pageReply, jobs: z.array(scheduledJob) })
  .meta({ id: 'ScheduledJobList' })

export const jobRunReply = z.strictObject({ execution_id: id, job_id: id, ...runOutlook }).meta({ id: 'JobRunReply' })

export const jobHistoryQuery = strict({
  ...pageQuery,
  job_id: text(64).exactOptional(),
  status: executionStatus.exactOptional(),
  from: instantOrDate.exactOptional(),
  to: instantOrDate.exactOptional(),
})

export const jobHistory = z
  .strictObject({
    ...pageReply,
    history_begins_at: historyBeginsAt,
    history: z.array(
      z.strictObject({
        id,
        job_id: z.string().nullable(),
        job_name: z.string().nullable(),
        status: executionStatus,
        scheduled_time: instant,
        started_at: instant.nullable(),
        finished_at: instant.nullable(),
        start_time: instant.nullable().meta({ description: 'The same as `started_at`.' }),
        end_time: instant.nullable().meta({ description: 'The same as `finished_at`.' }),
        duration: z.number().nullable(),
        result: json,
        error: sentence().nullable(),
      }),
    ),
  })
  .meta({ id: 'JobHistory' })
