import { z } from 'zod'
import { LIMITS } from './limits.ts'
import { meaningNote } from './preview.ts'
import { sentence, text } from './scalars.ts'
import { strict } from './strict.ts'
import { taskFields, taskInput } from './task.ts'

/** A crontab of this size would hold tens of thousands of jobs. */
const LONGEST = 1_000_000

export const crontabInput = strict({
  text: text(LONGEST).meta({ description: 'The crontab as it stands in its file, at most 10,000 lines.' }),
  source: text(4_096)
    .exactOptional()
    .meta({ description: 'File name or path: names tasks and helps to see the format.' }),
  identity: text(4_096, 1)
    .exactOptional()
    .meta({ description: 'What later imports of the file know it by; default: `source`.' }),
  flavour: z
    .enum(['debian', 'cronie', 'freebsd', 'openbsd', 'busybox', 'supercronic'])
    .exactOptional()
    .meta({ description: 'Whose crontab it is; by default what place and content tell.' }),
  format: z.enum(['auto', 'user', 'system']).exactOptional().meta({ description: '`system` has a user column.' }),
  user: text(256).exactOptional().meta({ description: 'Owner of a user crontab.' }),
  timezone: text(100).exactOptional().meta({ description: 'Of jobs without CRON_TZ; default: the server’s.' }),
  group: taskFields.group.meta({ description: 'Default `crontab`.' }),
  prefix: text(100).exactOptional().meta({ description: 'Put before every task’s name.' }),
  enabled: z.boolean().exactOptional().meta({ description: 'False makes all tasks disabled.' }),
  run_as: z.boolean().exactOptional().meta({ description: 'False runs all tasks as the server’s own user.' }),
  existing: z.enum(['skip', 'replace', 'rename']).exactOptional().meta({
    description:
      'What to do with jobs that have changed since an earlier import, and where a task has the name already; default `skip`.',
  }),
  gone: z
    .enum(['keep', 'disable', 'delete'])
    .exactOptional()
    .meta({ description: 'What becomes of tasks whose jobs have gone from the file; default `keep`.' }),
  lines: z
    .array(z.int().min(1))
    .max(LIMITS.batch)
    .exactOptional()
    .meta({ description: 'Numbers of the lines to import, at most 1,000; without them, all that are jobs.' }),
  dry_run: z.boolean().exactOptional().meta({ description: 'Only says what would become of each line.' }),
}).meta({ id: 'CrontabInput' })

const crontabLine = z
  .strictObject({
    line: z.int().meta({ description: '1-based.' }),
    text: z.string(),
    outcome: z.enum(['task', 'environment', 'comment', 'blank', 'disabled', 'warning', 'error']),
    message: sentence(),
    column: z.int().nullable().meta({ description: '1-based column of the mistake.' }),
    suggestion: z.string().nullable(),
    task: taskInput.nullable().meta({ description: 'What the line becomes.' }),
    notes: z
      .array(meaningNote)
      .meta({ description: 'What of its times may not be meant, though cron and Rota read them alike.' }),
    finding: z
      .enum(['added', 'unchanged', 'changed'])
      .nullable()
      .meta({ description: 'What the job is beside earlier imports of the file; null for lines that are no jobs.' }),
    exists: z.boolean().meta({ description: 'There is a task of this job, or of this name.' }),
    result: z
      .enum(['imported', 'replaced', 'renamed', 'unchanged', 'exists', 'refused'])
      .nullable()
      .meta({ description: 'What came of it; null where nothing was to be done.' }),
    error: sentence().nullable().meta({ description: 'Why it was refused.' }),
    task_id: z.string().nullable(),
  })
  .meta({ id: 'CrontabLine' })

export const crontabReport = z
  .strictObject({
    is_crontab: z.boolean(),
    reason: sentence().nullable().meta({ description: 'Why the text as a whole is no crontab.' }),
    format: z.enum(['user', 'system']),
    format_reason: sentence(),
    ambiguous: z.boolean(),
    notes: z.array(sentence()),
    flavour: z
      .enum(['debian', 'cronie', 'freebsd', 'openbsd', 'busybox', 'supercronic'])
      .nullable()
      .meta({ description: 'Whose crontab it was taken for; null when it could be any cron’s.' }),
    lines: z.array(crontabLine),
    gone: z
      .array(
        z.strictObject({
          task_id: z.string(),
          name: z.string(),
          result: z.enum(['disabled', 'deleted']).nullable().meta({ description: 'Null: kept.' }),
        }),
      )
      .meta({ description: 'Tasks of earlier imports of the file whose jobs are in it no more.' }),
  })
  .meta({ id: 'CrontabReport', description: 'Line by line what a crontab becomes.' })
