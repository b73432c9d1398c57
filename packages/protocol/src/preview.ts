import { z } from 'zod'
import { exactInstant, instant, instantOrDate, text, words } from './scalars.ts'
import { cronDialect, scheduleRule } from './schedule.ts'
import { strict } from './strict.ts'
import { taskFields } from './task.ts'

export const previewInput = strict({
  schedule: scheduleRule,
  timezone: taskFields.timezone,
  dialect: cronDialect.exactOptional().meta({ description: 'Of a schedule that is a text.' }),
  name: text(200)
    .exactOptional()
    .meta({ description: 'Name of the task: `H`, `~` and jitter are drawn from it, as of the task that is saved so.' }),
  key: text(200).exactOptional().meta({ description: 'The task’s `hash_key`, where it has one other than its name.' }),
  dst: taskFields.dst,
  from: exactInstant.exactOptional(),
  to: exactInstant.exactOptional(),
  count: z.int().min(1).max(1_000).exactOptional().meta({ description: 'Default 10.' }),
  start_at: taskFields.start_at,
  end_at: taskFields.end_at,
  jitter_seconds: taskFields.jitter_seconds,
  task_id: text(64)
    .exactOptional()
    .meta({ description: 'The task that is to be changed: `jittered` shows its jitter.' }),
}).meta({ id: 'PreviewInput' })

/** What is said of a schedule in both languages, with the form that means what is usually meant. */
export const meaningNote = z.strictObject({
  en: z.string(),
  zh: z.string(),
  suggestion: z.string().optional().meta({ description: 'What means it, where something else is written.' }),
})

export const preview = z
  .strictObject({
    cron: z.string().nullable(),
    timezone: z.string().meta({ description: 'The zone it was read in.' }),
    words,
    next: z.array(instant).meta({ description: 'Due instants.' }),
    jittered: z.array(instant).nullable().meta({
      description:
        'When they start, with jitter. Null for a draft with jitter that has neither `name` nor `key`: see `notes`.',
    }),
    notes: z.array(meaningNote.extend({ at: instant.nullable() })),
  })
  .meta({
    id: 'Preview',
    description: 'Coming instants of a draft, with notes on clock changes and on what may not be meant.',
  })

export const forecastQuery = strict({
  to: instantOrDate.exactOptional(),
  limit: z.int().min(1).max(1_000).exactOptional().meta({ description: 'Default 100.' }),
  task_id: text(64).exactOptional(),
})

export const forecast = z
  .strictObject({
    occurrences: z.array(
      z.strictObject({ task_id: z.string(), task_name: z.string(), due_at: instant, jittered_at: instant }),
    ),
  })
  .meta({ id: 'Forecast', description: 'Coming occurrences of all active tasks, earliest first.' })
