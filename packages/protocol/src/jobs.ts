import { say } from '@rota/core'
import { z } from 'zod'
import { executionStatus } from './execution.ts'
import { LIMITS } from './limits.ts'
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
import { strict } from './strict.ts'
import { taskFields } from './task.ts'
import { runOutlook } from './task-actions.ts'

/** `manual`: the task has no rule of its own. */
export const jobType = z.enum(['cron', 'interval', 'date', 'manual']).meta({ id: 'JobType' })

const fields = {
  name: text(LIMITS.name, 1).exactOptional(),
  description: text(LIMITS.description).exactOptional(),
  job_type: jobType.exactOptional(),
  func: text(LIMITS.name, 1).exactOptional().meta({ description: 'Name of a registered handler.' }),
  cron_expression: text(1_000).nullable().exactOptional(),
  interval_seconds: z.number().gt(0).max(400_000_000).nullable().exactOptional(),
  run_date: text(40).nullable().exactOptional().meta({ description: 'ISO instant, for `date`.' }),
  timezone: text(100).exactOptional(),
  args: z.array(json).max(LIMITS.arguments).exactOptional(),
  kwargs: jsonObject.exactOptional(),
  status: z.enum(['active', 'paused']).exactOptional(),
  max_instances: z.int().min(1).max(1_000_000).exactOptional(),
  misfire_grace_time: z.number().min(0).max(400_000_000).exactOptional().meta({ description: 'Seconds.' }),
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
  name: text(LIMITS.name, 1),
  job_type: jobType,
  func: text(LIMITS.name, 1).meta({ description: 'Name of a registered handler.' }),
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
