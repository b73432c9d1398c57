import { z } from 'zod'
import { exactInstant, instant, instantOrDate, taskInstant, text, words } from './scalars.ts'
import { dstPolicy, scheduleRule } from './schedule.ts'
import { strict } from './strict.ts'
import { taskFields } from './task.ts'

export const previewInput = strict({
  schedule: scheduleRule,
  timezone: text(100).exactOptional(),
  dst: dstPolicy.exactOptional(),
  from: exactInstant.exactOptional(),
  to: exactInstant.exactOptional(),
  count: z.int().min(1).max(1_000).exactOptional().meta({ description: 'Default 10.' }),
  start_at: taskInstant.nullable().exactOptional(),
  end_at: taskInstant.nullable().exactOptional(),
  jitter_seconds: taskFields.jitter_seconds,
}).meta({ id: 'PreviewInput' })

export const preview = z
  .strictObject({
    cron: z.string().nullable(),
    words,
    next: z.array(instant),
    notes: z.array(z.strictObject({ at: instant.nullable(), en: z.string(), zh: z.string() })),
  })
  .meta({ id: 'Preview', description: 'Coming instants of a draft, with notes on clock changes.' })

export const forecastQuery = strict({
  to: instantOrDate.exactOptional(),
  limit: z.int().min(1).max(1_000).exactOptional().meta({ description: 'Default 100.' }),
  task_id: text(64).exactOptional(),
})

export const forecast = z
  .strictObject({
    occurrences: z.array(z.strictObject({ task_id: z.string(), task_name: z.string(), due_at: instant })),
  })
  .meta({ id: 'Forecast', description: 'Coming occurrences of all active tasks, earliest first.' })
