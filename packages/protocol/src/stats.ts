import { z } from 'zod'
import { executionStatus } from './execution.ts'
import { groupFilter, instant, instantOrDate, text } from './scalars.ts'
import { strict } from './strict.ts'

export const percentage = z.number().nullable().meta({
  description:
    'Percentage, two decimals: successes of successes and failures. Cancelled, replaced and skipped ones do not count; null when none ran to its end.',
})

export const statsSummary = z
  .strictObject({
    total_tasks: z.int(),
    active_tasks: z.int(),
    total_executions: z.int(),
    success_rate: percentage,
    by_status: z.partialRecord(executionStatus, z.int()),
    allocations: z.strictObject({ total: z.int(), active: z.int(), strategy: z.string() }),
  })
  .meta({ id: 'StatsSummary' })

export const taskStats = z
  .strictObject({
    total_executions: z.int().meta({ description: 'What has ended, runs, or waits for its next attempt.' }),
    running: z.int(),
    retrying: z.int().meta({ description: 'Between two attempts.' }),
    success: z.int(),
    failed: z.int(),
    cancelled: z.int(),
    skipped: z.int(),
    success_rate: percentage,
    avg_duration: z.number().nullable(),
    total_duration: z.number(),
    p50_duration: z.number().nullable(),
    p95_duration: z.number().nullable(),
    p99_duration: z.number().nullable(),
    p50_lateness_ms: z.number().nullable(),
    p99_lateness_ms: z.number().nullable(),
  })
  .meta({ id: 'TaskStats', description: 'Durations in seconds.' })

export const taskStatsQuery = strict({
  start_date: instantOrDate.exactOptional(),
  end_date: instantOrDate.exactOptional(),
}).meta({ description: 'A day as `end_date` is included.' })

export const timeseriesQuery = strict({
  from: instantOrDate.exactOptional().meta({ description: 'Default: a day (hours) or 30 days (days) ago.' }),
  to: instantOrDate.exactOptional(),
  bucket: z.enum(['hour', 'day']).exactOptional(),
  task_id: text(64).exactOptional(),
  group: groupFilter,
})

export const timeseries = z
  .strictObject({
    bucket: z.enum(['hour', 'day']),
    points: z.array(
      z.strictObject({
        at: instant,
        total: z.int(),
        success: z.int(),
        failed: z.int(),
        avg_duration: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: 'Timeseries' })

export const topQuery = strict({
  by: z.enum(['slowest', 'failing']).exactOptional(),
  from: instantOrDate.exactOptional(),
  limit: z.int().min(1).max(100).exactOptional(),
})

export const top = z
  .strictObject({
    by: z.enum(['slowest', 'failing']),
    tasks: z.array(z.strictObject({ task_id: z.string(), task_name: z.string(), value: z.number(), total: z.int() })),
  })
  .meta({ id: 'Top', description: '`value` is seconds for `slowest`, failures for `failing`.' })
