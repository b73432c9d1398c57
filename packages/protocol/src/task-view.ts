import { writtenPart } from '@rota/core'
import { z } from 'zod'
import { executionStatus } from './execution.ts'
import { chosenTenant, groupFilter, id, instant, pageQuery, pageReply, sortBy, text, words } from './scalars.ts'
import { scheduleRule } from './schedule.ts'
import { strict } from './strict.ts'
import { retryPolicy, taskFields, taskInput } from './task.ts'

export const taskStatus = z.enum(['active', 'disabled', 'paused', 'finished', 'deleted']).meta({
  id: 'TaskStatus',
  description: '`finished`: enabled, but no occurrence is left.',
})

const scheduleText = z.string().nullable().meta({
  description: 'The equivalent cron expression; `@every 15m` for an interval, the instant for `once`, null for none.',
})

const effectiveExecution = z
  .strictObject({
    timeout_seconds: z.number().nullable().meta({ description: 'Time limit of an attempt; null for none.' }),
    retry: retryPolicy,
    max_concurrent: z.int().meta({ description: 'Executions at once, unless `concurrency.overlap` is `allow`.' }),
  })
  .meta({
    id: 'EffectiveExecution',
    description: 'What holds: the fields of the task, or the defaults of its type where they are null.',
  })

/** What Rota knows of a task beside what a person wrote. */
const readOnlyFields = {
  id,
  tenant_id: z.string().nullable().meta({ description: 'Whose it is; null for none.' }),
  version: z.int(),
  status: taskStatus,
  effective: effectiveExecution,
  words: words.nullable().meta({ description: 'The rule in words.' }),
  next_run: instant.nullable().meta({ description: 'The next due instant and what jitter adds to it.' }),
  next_due: instant.nullable().meta({ description: 'The next due instant.' }),
  last_run: instant.nullable(),
  last_status: executionStatus.nullable(),
  last_execution_id: z.string().nullable(),
  run_count: z.int(),
  created_at: instant,
  created_by: z.string().nullable(),
  updated_at: instant,
  updated_by: z.string().nullable(),
  deleted_at: instant.nullable(),
  paused_at: instant.nullable(),
}

/** A task as it is read. `schedule` is text; `schedule_rule` is the rule as it can be written back. */
export const task = z
  .strictObject({
    ...taskFields,
    name: z.string(),
    type: z.string(),
    ...readOnlyFields,
    schedule: scheduleText,
    schedule_rule: scheduleRule.nullable().meta({ description: 'The rule as it was written.' }),
    schedules: z.array(
      z.strictObject({
        schedule: scheduleText,
        schedule_rule: scheduleRule,
        timezone: z.string().nullable(),
        next_run: instant.nullable(),
        next_due: instant.nullable(),
      }),
    ),
  })
  .meta({ id: 'Task' })

export const taskQuery = strict({
  ...pageQuery,
  group: groupFilter,
  status: taskStatus.exactOptional(),
  type: text(100).exactOptional(),
  tag: text(100).exactOptional(),
  origin: text(5_000, 1).exactOptional().meta({ description: 'What the origin begins with: `crontab:` and the file.' }),
  q: text(200).exactOptional().meta({ description: 'Found in name or description, without regard to case.' }),
  sort: sortBy(
    ['name', 'group', 'type', 'status', 'created_at', 'updated_at', 'next_run', 'last_run', 'run_count', 'tags'],
    'Ascending, but the latest first by `created_at` and `updated_at`; `-` before it turns the order round. What has no group, no tag, no next or no last run comes last either way. By `last_run`, `run_count` and `tags` at most 10,000 tasks are sorted; where more match, the request is refused. Default `name`.',
  ),
})

export const taskExportQuery = strict({
  group: groupFilter,
  status: taskStatus.exactOptional(),
  type: text(100).exactOptional(),
  tag: text(100).exactOptional(),
  q: text(200).exactOptional(),
  ids: text(40_000, 1).exactOptional().meta({ description: 'Ids with commas between, instead of a filter.' }),
  format: z.enum(['yaml', 'json']).exactOptional().meta({ description: 'Default `yaml`.' }),
  tenant: chosenTenant,
})

export const taskList = z.strictObject({ ...pageReply, tasks: z.array(task) }).meta({ id: 'TaskList' })

export const revision = z
  .strictObject({ version: z.int(), at: instant, by: z.string().nullable(), definition: taskInput })
  .meta({ id: 'Revision', description: 'A task as it stood at one version.' })

export const revisionList = z.strictObject({ revisions: z.array(revision) }).meta({ id: 'RevisionList' })

export type Task = z.output<typeof task>
export type TaskList = z.output<typeof taskList>

/** The writable part of a read task, ready for PUT or POST. */
export function toTaskInput(read: Task): z.output<typeof taskInput> {
  const { schedule_rule: rule, schedules, schedule: _, ...rest } = read
  const further = schedules.slice(rule === null ? 0 : 1).map(toScheduleEntry)
  return writtenPart({ ...rest, ...(rule !== null && { schedule: rule }), schedules: further }) as z.output<
    typeof taskInput
  >
}

function toScheduleEntry(entry: Task['schedules'][number]) {
  return { schedule: entry.schedule_rule, timezone: entry.timezone }
}
